package io.snapshotexport.format;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.export.DocumentFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTranscoderTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void writesJsonAsValues(String json, String simple, String tagged) throws IOException {
        assertThat(value(SIMPLE, json)).isEqualTo(simple);
        assertThat(value(TAGGED, json)).isEqualTo(tagged);
    }

    static Stream<Arguments> writesJsonAsValues() {
        return Stream.of(
                arguments("null", "null", "null"),
                arguments(" true ", "true", "true"),
                arguments("[ ]", "[]", "[]"),
                arguments("{ }", "{}", "{}"),
                arguments("[1, null, 2]", "[1,null,2]", "[{\"@int\":\"1\"},null,{\"@int\":\"2\"}]"),
                arguments("{\"a\": null, \"b\": {\"c\": null}, \"d\": null}", "{\"b\":{}}", "{\"b\":{}}"),
                arguments("{\"a\" : [ { } , [ [ ] ] ] ,\n\t\"b\":1.50}", "{\"a\":[{},[[]]],\"b\":1.5}",
                        "{\"a\":[{},[[]]],\"b\":{\"@double\":\"1.5\"}}"),
                arguments("3000000000", "3000000000", "{\"@long\":\"3000000000\"}"),
                arguments("1" + "0".repeat(300), "1.0E300", "{\"@double\":\"1.0E300\"}"),
                arguments("0.1234567890123456789", "\"0.1234567890123456789\"", "\"0.1234567890123456789\""),
                // at_keys of a recorded export
                arguments("{\"o\": {\"@int\": \"5\", \"x\": 1}, \"o2\": {\"@object\": {\"a\": 1}}, \"o3\": {\"plain\": {\"@ref\": \"z\"}}}",
                        "{\"o\":{\"@int\":\"5\",\"x\":1},\"o2\":{\"@object\":{\"a\":1}},\"o3\":{\"plain\":{\"@ref\":\"z\"}}}",
                        "{\"o\":{\"@object\":{\"@int\":\"5\",\"x\":{\"@int\":\"1\"}}},\"o2\":{\"@object\":{\"@object\":{\"a\":{\"@int\":\"1\"}}}},"
                                + "\"o3\":{\"plain\":{\"@object\":{\"@ref\":\"z\"}}}}"),
                arguments("{\"a\": \"@x\", \"@n\": null, \"x@\": \"\\\"@y\"}", "{\"a\":\"@x\",\"x@\":\"\\\"@y\"}",
                        "{\"a\":\"@x\",\"x@\":\"\\\"@y\"}"),
                arguments("{\"\\u0040x\": true}", "{\"@x\":true}", "{\"@object\":{\"@x\":true}}"),
                arguments("\"\\u00e9\\/\\u20ac\\ud83d\\ude00\\u0041\\u000a\\u001F\\u0022\\ud800x\\n\"", "\"é/€😀A\\n\\u001f\\\"\uFFFDx\\n\"",
                        "\"é/€😀A\\n\\u001f\\\"\uFFFDx\\n\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void writesAnObjectAsTheFieldsOfADocument(String json, String tagged) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(written(out -> new JsonTranscoder(StoredDocuments.PLAIN, TAGGED).documentFields(bytes, 0, bytes.length, out))).isEqualTo(tagged);
    }

    static Stream<Arguments> writesAnObjectAsTheFieldsOfADocument() {
        return Stream.of(
                arguments("{}", ""),
                arguments("{\"a\": 1, \"n\": null, \"b\": \"x\"}", ",\"a\":{\"@int\":\"1\"},\"b\":\"x\""),
                arguments("{\"coll\": \"c\", \"data\": 5, \"id\": [{}], \"name\": \"n\", \"ts\": {\"id\": 1}, \"ttl\": null}",
                        ",\"name\":\"n\",\"data\":{\"coll\":\"c\",\"data\":{\"@int\":\"5\"},\"id\":[{}],\"ts\":{\"id\":{\"@int\":\"1\"}}}"),
                arguments("{\"id\": {\"x\": {\"@a\": 1}}, \"y\": {\"@b\": {}}, \"@z\": {}}",
                        ",\"y\":{\"@object\":{\"@b\":{}}},\"@z\":{},\"data\":{\"id\":{\"x\":{\"@object\":{\"@a\":{\"@int\":\"1\"}}}}}"),
                arguments("{\"\\u0069d\": \"x,}\"}", ",\"data\":{\"id\":\"x,}\"}"));
    }

    @Test
    void writesDeeplyNestedValues() throws IOException {
        String json = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(value(TAGGED, json)).isEqualTo(json);
        String objects = "{\"@\": ".repeat(50_000) + "1" + "}".repeat(50_000);
        assertThat(value(TAGGED, objects)).hasSize(50_000 * "{\"@object\":{\"@\":}}".length() + "{\"@int\":\"1\"}".length());
    }

    @Test
    void agreesWithATreeOfTheSameJson() throws IOException {
        ObjectMapper plain = new ObjectMapper();
        ObjectMapper indented = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            JsonNode tree = tree(random, 5);
            String json = (random.nextBoolean() ? plain : indented).writeValueAsString(tree);
            assertThat(value(SIMPLE, json)).isEqualTo(expected(plain, tree, SIMPLE));
            assertThat(value(TAGGED, json)).isEqualTo(expected(plain, tree, TAGGED));
        }
    }

    @Test
    void readsNumbersAsDecimalsAreRead() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            BigDecimal decimal = BigDecimal.valueOf(random.nextLong() >> random.nextInt(64), random.nextInt(25) - 3);
            String number = random.nextBoolean() ? decimal.toPlainString() : decimal.toString();
            if (number.contains(".") && random.nextInt(4) == 0) {
                number = number.contains("E") ? number : number + "0";
            }
            byte[] text = number.getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            JsonOutput out = new JsonOutput(expected);
            ValueWriter writer = new ValueWriter(TAGGED);
            writer.output(out);
            writer.decimal(text, 0, text.length);
            out.flush();
            assertThat(value(TAGGED, number)).as(number).isEqualTo(expected.toString(StandardCharsets.US_ASCII));
            assertThat(value(TAGGED, "[" + number + "]")).as(number).isEqualTo("[" + expected.toString(StandardCharsets.US_ASCII) + "]");
        }
    }

    private static JsonNode tree(Random random, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0:
                return nodes.nullNode();
            case 1:
                return nodes.booleanNode(random.nextBoolean());
            case 2:
                return nodes.numberNode(random.nextLong() >> random.nextInt(64));
            case 3:
                return nodes.numberNode(random.nextInt(1_000_000) / 1000.0);
            case 4:
                return nodes.textNode(text(random));
            case 5:
                ArrayNode array = nodes.arrayNode();
                random.ints(random.nextInt(5)).forEach(any -> array.add(tree(random, depth - 1)));
                return array;
            default:
                ObjectNode object = nodes.objectNode();
                random.ints(random.nextInt(6)).forEach(any -> object.set(text(random), tree(random, depth - 1)));
                return object;
        }
    }

    private static String text(Random random) {
        List<String> pieces = List.of("@", "a", "id", "\"", "\\", "/", "é", "😀", "\n", "\u0001", " ", "{", "}", "[", ",", ":", "null");
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(8) > 0 ? random.nextInt(4) : random.nextInt(60), 0, pieces.size()).forEach(piece -> text.append(pieces.get(piece)));
        return text.toString();
    }

    private static String expected(ObjectMapper mapper, JsonNode node, DocumentFormat format) throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        if (node.isArray()) {
            for (JsonNode element : node) {
                text.append(text.isEmpty() ? "" : ",").append(expected(mapper, element, format));
            }
            return "[" + text + "]";
        }
        if (node.isObject()) {
            boolean wrapped = false;
            for (var field : node.properties()) {
                if (!field.getValue().isNull()) {
                    wrapped |= field.getKey().startsWith("@");
                    text.append(text.isEmpty() ? "" : ",").append(mapper.writeValueAsString(field.getKey()))
                            .append(':').append(expected(mapper, field.getValue(), format));
                }
            }
            return wrapped && format == TAGGED ? "{\"@object\":{" + text + "}}" : "{" + text + "}";
        }
        if (node.isNumber() && format == TAGGED) {
            String tag = node.isDouble() ? "@double" : node.canConvertToInt() ? "@int" : "@long";
            return "{\"" + tag + "\":\"" + node.numberValue() + "\"}";
        }
        return node.isNumber() ? node.numberValue().toString() : mapper.writeValueAsString(node);
    }

    private interface Writing {

        void to(JsonOutput out) throws IOException;
    }

    /** With something behind it that it could go on with, as the next value of a row may be. */
    private static String value(DocumentFormat format, String json) throws IOException {
        byte[] row = (json + "12.5e3").getBytes(StandardCharsets.UTF_8);
        int end = json.getBytes(StandardCharsets.UTF_8).length;
        return written(out -> new JsonTranscoder(StoredDocuments.PLAIN, format).value(row, 0, end, out));
    }

    private static String written(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(bytes);
        writing.to(out);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
