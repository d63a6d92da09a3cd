package io.snapshotexport.format;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.snapshotexport.export.DocumentFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValueWriterTest {

    private static final List<String> SPECIAL = List.of("\"", "\\", "\n", "\u0001", "\u001f", "\u007f", "é", "😀");

    private interface Value {

        void write(ValueWriter out) throws IOException;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void writesEveryKindOfValueInBothFormats(String simple, String tagged, Value value) throws IOException {
        assertThat(written(SIMPLE, value)).isEqualTo(simple);
        assertThat(written(TAGGED, value)).isEqualTo(tagged);
    }

    static Stream<Arguments> writesEveryKindOfValueInBothFormats() {
        return Stream.of(
                value("0", "{'@int':'0'}", out -> out.integer(0)),
                value("-7", "{'@int':'-7'}", out -> out.integer(-7)),
                value("2147483647", "{'@int':'2147483647'}", out -> out.integer(Integer.MAX_VALUE)),
                value("2147483648", "{'@long':'2147483648'}", out -> out.integer(1L << 31)),
                value("-9223372036854775808", "{'@long':'-9223372036854775808'}", out -> out.integer(Long.MIN_VALUE)),
                value("9223372036854775807", "{'@long':'9223372036854775807'}", out -> out.integer(Long.MAX_VALUE)),
                value("1000000000000000000", "{'@long':'1000000000000000000'}", out -> out.integer(1_000_000_000_000_000_000L)),
                value("1.0", "{'@double':'1.0'}", out -> out.real(1.0)),
                value("-0.0", "{'@double':'-0.0'}", out -> out.real(-0.0)),
                value("1.0E300", "{'@double':'1.0E300'}", out -> out.real(1e300)),
                value("4.9E-324", "{'@double':'4.9E-324'}", out -> out.real(Double.MIN_VALUE)),
                value("0.1", "{'@double':'0.1'}", out -> out.real(0.1f)),
                value("3.4028235E38", "{'@double':'3.4028235E38'}", out -> out.real(Float.MAX_VALUE)),
                value("'NaN'", "{'@double':'NaN'}", out -> out.real(Double.NaN)),
                value("'Infinity'", "{'@double':'Infinity'}", out -> out.real(Double.POSITIVE_INFINITY)),
                value("'-Infinity'", "{'@double':'-Infinity'}", out -> out.real(Float.NEGATIVE_INFINITY)),
                value("true", "true", out -> out.bool(true)),
                value("null", "null", ValueWriter::nothing),
                value("'SGVsbG8='", "{'@bytes':'SGVsbG8='}", out -> out.bytes(utf8("Hello"), 0, 5)),
                value("''", "{'@bytes':''}", out -> out.bytes(utf8("Hello"), 2, 2)),
                value("'2024-02-29'", "{'@date':'2024-02-29'}", out -> out.date(LocalDate.of(2024, 2, 29).toEpochDay())),
                value("'0001-01-01'", "{'@date':'0001-01-01'}", out -> out.date(LocalDate.of(1, 1, 1).toEpochDay())),
                value("'-0043-03-15'", "{'@date':'-0043-03-15'}", out -> out.date(LocalDate.of(-43, 3, 15).toEpochDay())),
                value("'+12345-01-01'", "{'@date':'+12345-01-01'}", out -> out.date(LocalDate.of(12345, 1, 1).toEpochDay())),
                time("2024-01-02T03:04:05Z"), time("2024-01-02T03:04:05.120Z"), time("2024-01-02T03:04:05.123456Z"),
                time("2024-01-02T03:04:05.123456789Z"), time("1969-12-31T23:59:59.999Z"), time("0000-01-01T00:00:00Z"),
                time("-0001-12-31T23:59:59.000001Z"), time("+10000-01-01T00:00:00Z"), time("9999-12-31T23:59:59.999999999Z"),
                value("'Product'", "{'@mod':'Product'}", out -> out.collection("Product")),
                arguments("\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028😀\"",
                        "\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028😀\"",
                        (Value) out -> out.string("a\"\\/\b\t\n\f\r\u0000\u001f\u007f\u2028😀")));
    }

    private static Arguments value(String simple, String tagged, Value value) {
        return arguments(simple.replace('\'', '"'), tagged.replace('\'', '"'), value);
    }

    private static Arguments time(String text) {
        return value("'" + text + "'", "{'@time':'" + text + "'}", out -> out.time(Instant.parse(text)));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource
    void makesOfADecimalTheKindThatHoldsItExactly(String decimal, String tagged) throws IOException {
        assertThat(decimal(decimal)).isEqualTo(tagged.replace('\'', '"'));
    }

    static Stream<Arguments> makesOfADecimalTheKindThatHoldsItExactly() {
        return Stream.of(
                arguments("0", "{'@int':'0'}"),
                arguments("-0", "{'@int':'0'}"),
                arguments("42", "{'@int':'42'}"),
                arguments("-2147483649", "{'@long':'-2147483649'}"),
                arguments("9223372036854775807", "{'@long':'9223372036854775807'}"),
                arguments("-9223372036854775808", "{'@long':'-9223372036854775808'}"),
                arguments("10000000000000000000", "{'@double':'1.0E19'}"),
                arguments("9223372036854775809", "'9223372036854775809'"),
                arguments("12.00", "{'@double':'12.0'}"),
                arguments("0.10", "{'@double':'0.1'}"),
                arguments("0.00", "{'@double':'0.0'}"),
                arguments("-0.0", "{'@double':'-0.0'}"),
                arguments("-12.5", "{'@double':'-12.5'}"),
                arguments("0.001", "{'@double':'0.001'}"),
                arguments("0.0001", "{'@double':'1.0E-4'}"),
                arguments("9999999.5", "{'@double':'9999999.5'}"),
                arguments("12345678.5", "{'@double':'1.23456785E7'}"),
                arguments("1e2", "{'@double':'100.0'}"),
                arguments("1.5E+300", "{'@double':'1.5E300'}"),
                arguments("1E-310", "{'@double':'1.0E-310'}"),
                arguments("1e400", "'1e400'"),
                arguments("1e-400", "'1e-400'"),
                arguments("1e99999999999", "'1e99999999999'"),
                arguments("0.12345678901234567", "'0.12345678901234567'"),
                arguments("0.123456789012345678", "'0.123456789012345678'"),
                arguments("3.141592653589793", "{'@double':'3.141592653589793'}"),
                arguments("3.14159265358979323846", "'3.14159265358979323846'"),
                // exactly a double, with more digits than its shortest text
                arguments("1180591620717411303424", "{'@double':'1.1805916207174113E21'}"));
    }

    @Test
    void writesShortDecimalsAsTheDoubleOfTheSameDigits() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            BigDecimal decimal = BigDecimal.valueOf(random.nextLong() % 1_000_000_000_000_000L >> random.nextInt(50),
                    random.nextInt(40) - 15);
            String text = random.nextBoolean() ? decimal.toPlainString() : decimal.toString();
            if (!text.matches("-?[0-9]+")) {
                String number = decimal(text).replaceAll(".*\"(.*)\"}", "$1");
                assertThat(Double.parseDouble(number)).as(text).isEqualTo(Double.parseDouble(text));
                assertThat(new BigDecimal(number)).as(text).isEqualByComparingTo(decimal);
            }
        }
    }

    /** Those on which JVMs disagree, and those at the ends of the range. Java 17 has more digits for some, and other last digits. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            2E23, 2.0E23
            1E23, 1.0E23
            8.41E21, 8.41E21
            5.6843418860808015E-14, 5.684341886080802E-14
            1E-322, 9.9E-323
            2.2250738585072014E-308, 2.2250738585072014E-308
            4.9E-324, 4.9E-324
            5E-324, 4.9E-324
            1.7976931348623157E308, 1.7976931348623157E308
            2E-3, 0.002
            9.999E-4, 9.999E-4
            9999999.999999998, 9999999.999999998
            1E7, 1.0E7
            """)
    void writesTheShortestTextOfADoubleWhateverTheJvm(double value, String text) throws IOException {
        assertThat(written(SIMPLE, out -> out.real(value))).isEqualTo(text);
        assertThat(written(TAGGED, out -> out.real(-value))).isEqualTo("{\"@double\":\"-" + text + "\"}");
        assertThat(decimal(text)).isEqualTo("{\"@double\":\"" + text + "\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"2E11, 2.0E11", "8.5E9, 8.5E9", "1.17549435E-38, 1.1754944E-38", "1.4E-45, 1.4E-45", "3.4028235E38, 3.4028235E38", "2E-3, 0.002"})
    void writesTheShortestTextOfAFloatWhateverTheJvm(float value, String text) throws IOException {
        assertThat(written(SIMPLE, out -> out.real(value))).isEqualTo(text);
    }

    /** One digit less, rounded to either side, names another double. */
    @Test
    void writesNoDigitTooManyAndNoneTooFew() throws IOException {
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            double value = i % 2 == 0 ? random.nextInt(1_000_000) * Math.pow(2, random.nextInt(200) - 100) : Double.isFinite(any) ? any : 1.0;
            String text = written(SIMPLE, out -> out.real(value));
            assertThat(Double.parseDouble(text)).isEqualTo(value);
            BigDecimal digits = new BigDecimal(text).stripTrailingZeros();
            if (digits.precision() > 2) {
                for (RoundingMode mode : List.of(RoundingMode.DOWN, RoundingMode.UP)) {
                    assertThat(digits.round(new MathContext(digits.precision() - 1, mode)).doubleValue()).as(text).isNotEqualTo(value);
                }
            }
        }
    }

    @Test
    void writesTheSameDecimalFromItsPartsAsFromItsText() throws IOException {
        Random random = new Random(3);
        int written = 0;
        for (int i = 0; i < 20_000; i++) {
            int scale = random.nextInt(9);
            int integer = random.nextInt(100_000_000) >> random.nextInt(27);
            BigDecimal part = BigDecimal.valueOf(random.nextInt(100_000_000) >> random.nextInt(27), 8).setScale(scale, RoundingMode.DOWN);
            boolean negative = random.nextBoolean() && integer + part.signum() > 0;
            String text = (negative ? "-" : "") + part.add(BigDecimal.valueOf(integer)).setScale(scale).toPlainString();
            boolean[] done = new boolean[1];
            String parts = written(TAGGED,
                    out -> done[0] = out.decimal(negative, integer, part.movePointRight(8).intValueExact(), scale));
            assertThat(parts).as(text).isEqualTo(done[0] ? decimal(text) : "");
            written += done[0] ? 1 : 0;
        }
        assertThat(written).isGreaterThan(10_000);
    }

    @Test
    void stringsOfAnyLengthAreEscapedWhereTheyMustBe() throws IOException {
        Random random = new Random(5);
        JsonMapper json = new JsonMapper();
        List<String> texts = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(bytes);
        out.raw('[');
        for (int i = 0; i < 20_000; i++) {
            int every = 1 + random.nextInt(30);
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(60)).forEach(any ->
                    text.append(Math.floorMod(any, every) == 0 ? SPECIAL.get(any & 7) : (char) ('a' + (any & 15))));
            texts.add(text.toString());
            byte[] inside = utf8("xyz" + text + "\"");
            if (i > 0) {
                out.raw(',');
            }
            out.string(inside, 3, inside.length - 1);
        }
        out.raw(']');
        out.flush();
        assertThat(json.readValue(bytes.toByteArray(), String[].class)).containsExactly(texts.toArray(String[]::new));
    }

    private static String decimal(String text) throws IOException {
        byte[] padded = utf8("9" + text + "9");
        return written(TAGGED, out -> out.decimal(padded, 1, padded.length - 1));
    }

    @Test
    void countsAndKeepsBytesBeyondTheBuffer() throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(first);
        byte[] text = "x".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        out.raw(text, 0, 60_000);
        out.string(text, 0, text.length);
        assertThat(out.written()).isEqualTo(360_002);
        out.target(second);
        assertThat(out.written()).isZero();
        out.ascii("next");
        out.flush();
        assertThat(first.size()).isEqualTo(360_002);
        assertThat(second).hasToString("next");
    }

    private static String written(DocumentFormat format, Value value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(bytes);
        ValueWriter writer = new ValueWriter(format);
        writer.output(out);
        value.write(writer);
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
