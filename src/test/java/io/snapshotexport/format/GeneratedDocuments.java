package io.snapshotexport.format;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Documents of the tagged format at random, each as somebody might have stored it and as an export has to write it. It knows the
 * formats on its own, and shares no code with what it tests. The same seed makes the same documents.
 */
public final class GeneratedDocuments {

    private static final List<String> PIECES = List.of("@", "a", "id", "data", "ts", "\"", "\\", "/", "é", "日本", "😀", "\n", "\t", "\u0001",
            "\u001f", "\u2028", "\u007f", " ", "{", "}", "[", "]", ",", ":", "null", "@int", "@object", "true");
    private static final List<String> RESERVED = List.of("id", "coll", "ts", "ttl", "data");

    private final Random random;

    public GeneratedDocuments(long seed) {
        random = new Random(seed);
    }

    /**
     * A value.
     *
     * @param stored a way to write it in the tagged format
     * @param tagged the one way in which an export writes it
     * @param simple the same in the simple format
     */
    public record Value(String stored, String tagged, String simple) {

        private static Value of(String tag, String stored, String standard, String simple) {
            return new Value("{\"" + tag + "\":\"" + stored + "\"}", "{\"" + tag + "\":\"" + standard + "\"}", simple);
        }
    }

    private record Field(String key, Value value) {
    }

    /** The fields of a document: stored as an object, exported each behind a comma, the reserved ones in the field {@code data}. */
    public Value document() {
        List<Field> reserved = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            RESERVED.stream().filter(name -> random.nextBoolean()).forEach(name -> reserved.add(new Field(name, value(2))));
        }
        List<Field> fields = fields(false, 4);
        List<Field> others = fields.stream().filter(field -> !RESERVED.contains(field.key)).toList();
        List<Field> stored = new ArrayList<>(others);
        if (!reserved.isEmpty()) {
            stored.add(random.nextInt(stored.size() + 1), new Field("data", new Value(storedObject(reserved), "", "")));
        }
        return new Value(storedObject(stored), exported(others, reserved, Value::tagged), exported(others, reserved, Value::simple));
    }

    private static String exported(List<Field> fields, List<Field> reserved, Function<Value, String> format) {
        String all = fields.stream().map(field -> "," + quoted(field.key) + ":" + format.apply(field.value)).collect(Collectors.joining());
        return reserved.isEmpty() ? all : all + ",\"data\":" + object(reserved, format);
    }

    private Value value(int depth) {
        switch (random.nextInt(depth > 0 ? 16 : 13)) {
            case 0:
                return literal(random.nextBoolean() ? "true" : "false");
            case 1:
                return integer();
            case 2:
                return real();
            case 3:
                return List.of(Value.of("@double", "NaN", "NaN", "\"NaN\""), Value.of("@double", "-Infinity", "-Infinity", "\"-Infinity\""),
                        Value.of("@double", "-0", "-0.0", "-0.0"), Value.of("@double", "00.10e-6", "1.0E-7", "1.0E-7")).get(random.nextInt(4));
            case 4, 5:
                String text = text();
                return new Value(stored(text), quoted(text), quoted(text));
            case 6:
                return time();
            case 7:
                String date = LocalDate.ofEpochDay(random.nextInt(4_000_000) - 1_000_000).toString();
                return Value.of("@date", date, date, quoted(date));
            case 8:
                return bytes();
            case 9:
                UUID uuid = new UUID(random.nextLong(), random.nextLong());
                return Value.of("@uuid", uuid.toString().toUpperCase(Locale.ROOT), uuid.toString(), quoted(uuid.toString()));
            case 10:
                String name = text();
                return new Value("{" + space() + "\"@mod\" :" + stored(name) + "}", "{\"@mod\":" + quoted(name) + "}", quoted(name));
            case 11:
                return reference();
            case 12:
                long number = random.nextLong() >> random.nextInt(64);
                return new Value(Long.toString(number), integer(number).tagged, Long.toString(number));
            case 13:
                return array(depth);
            default:
                return object(fields(random.nextInt(3) == 0, depth - 1));
        }
    }

    private static Value literal(String text) {
        return new Value(text, text, text);
    }

    private Value integer() {
        return integer(random.nextLong() >> random.nextInt(64));
    }

    private static Value integer(long number) {
        String tag = number == (int) number ? "@int" : "@long";
        return new Value("{ \"@long\" : \"" + number + "\" }", "{\"" + tag + "\":\"" + number + "\"}", Long.toString(number));
    }

    private Value real() {
        double number = random.nextBoolean() ? random.nextInt(1_000_000) / 1000.0 : Double.longBitsToDouble(random.nextLong());
        if (!Double.isFinite(number)) {
            return real();
        }
        String text = DoubleText.of(number);
        return Value.of("@double", random.nextBoolean() ? text : text.replace("E", "e"), text, text);
    }

    private Value time() {
        int[] fractions = {0, 1_000_000, 120_000_000, 123_456_000, 123_456_789, 1};
        Instant time = Instant.ofEpochSecond(random.nextInt(), fractions[random.nextInt(fractions.length)]);
        String stored = random.nextBoolean() ? time.toString()
                : time.atOffset(ZoneOffset.ofHoursMinutes(random.nextInt(12), 30)).toString();
        return Value.of("@time", stored, time.toString(), quoted(time.toString()));
    }

    private Value bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        String text = Base64.getEncoder().encodeToString(bytes);
        String stored = random.nextBoolean() ? text.replace("/", "\\/") : text.replace("=", "");
        return Value.of("@bytes", stored, text, quoted(text));
    }

    private Value reference() {
        String id = text();
        String name = text();
        String first = "\"id\":" + stored(id);
        String second = "\"coll\":{\"@mod\" :" + stored(name) + space() + "}";
        return new Value("{\"@ref\":" + space() + "{" + (random.nextBoolean() ? first + "," + second : second + " ," + first) + "}}",
                "{\"@ref\":{\"id\":" + quoted(id) + ",\"coll\":{\"@mod\":" + quoted(name) + "}}}",
                "{\"id\":" + quoted(id) + ",\"coll\":" + quoted(name) + "}");
    }

    private Value array(int depth) {
        List<Value> elements = new ArrayList<>();
        random.ints(random.nextInt(4)).forEach(any -> elements.add(random.nextInt(5) == 0 ? literal("null") : value(depth - 1)));
        return new Value(joined(elements, Value::stored, space() + "," + space()), joined(elements, Value::tagged, ","),
                joined(elements, Value::simple, ","));
    }

    private static String joined(List<Value> elements, Function<Value, String> format, String comma) {
        return "[" + elements.stream().map(format).collect(Collectors.joining(comma)) + "]";
    }

    private List<Field> fields(boolean withAtKeys, int depth) {
        List<Field> fields = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String key = withAtKeys && random.nextBoolean() ? "@" + text() : text();
            if ((withAtKeys || !key.startsWith("@")) && keys.add(key)) {
                fields.add(new Field(key, value(depth)));
            }
        }
        return fields;
    }

    private Value object(List<Field> fields) {
        boolean atKey = fields.stream().anyMatch(field -> field.key.startsWith("@"));
        String tagged = object(fields, Value::tagged);
        String stored = storedObject(fields);
        return new Value(atKey || random.nextInt(4) == 0 ? "{\"@object\":" + stored + space() + "}" : stored,
                atKey ? "{\"@object\":" + tagged + "}" : tagged, object(fields, Value::simple));
    }

    private static String object(List<Field> fields, Function<Value, String> format) {
        return "{" + fields.stream().map(field -> quoted(field.key) + ":" + format.apply(field.value)).collect(Collectors.joining(",")) + "}";
    }

    /** With fields that are null, which an export leaves out. */
    private String storedObject(List<Field> fields) {
        List<String> stored = fields.stream().map(field -> space() + stored(field.key) + space() + ":" + space() + field.value.stored + space())
                .collect(Collectors.toCollection(ArrayList::new));
        if (random.nextInt(4) == 0) {
            stored.add(random.nextInt(stored.size() + 1), "\"null and void\": null");
        }
        return "{" + String.join(",", stored) + "}";
    }

    private String space() {
        return List.of("", "", " ", "\n\t", "  ").get(random.nextInt(5));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(4), 0, PIECES.size()).forEach(piece -> text.append(PIECES.get(piece)));
        return text.toString();
    }

    /** A JSON string with escapes that are not needed, here and there. */
    private String stored(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '/' && random.nextBoolean()) {
                json.append("\\/");
            } else if (Character.isSurrogate(c) || random.nextInt(5) > 0) {
                json.append(escaped(c));
            } else {
                json.append(String.format("\\u%04X", (int) c));
            }
        }
        return json.append('"').toString();
    }

    private static String quoted(String text) {
        return text.chars().mapToObj(c -> escaped((char) c)).collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(char c) {
        int known = "\b\t\n\f\r\"\\".indexOf(c);
        return known >= 0 ? "\\" + "btnfr\"\\".charAt(known) : c < 0x20 ? String.format("\\u%04x", (int) c) : String.valueOf(c);
    }
}
