package io.snapshotexport.format;

import static io.snapshotexport.export.DocumentFormat.SIMPLE;
import static io.snapshotexport.export.DocumentFormat.TAGGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.DocumentFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaggedDocumentsTest {

    private static final int DOCUMENTS = 5_000;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"@int": "42"} | {"@int":"42"} | 42
            {"@int":"-2147483648"} | {"@int":"-2147483648"} | -2147483648
            {"@int":"+007"} | {"@int":"7"} | 7
            {"@int":"4\\u0032"} | {"@int":"42"} | 42
            {"\\u0040int":"42"} | {"@int":"42"} | 42
            {"@long":"7"} | {"@int":"7"} | 7
            {"@long":"9223372036854775807"} | {"@long":"9223372036854775807"} | 9223372036854775807
            {"@double":"1"} | {"@double":"1.0"} | 1.0
            {"@double":"1.50e1"} | {"@double":"15.0"} | 15.0
            {"@double":"1.2345678912345679E8"} | {"@double":"1.2345678912345679E8"} | 1.2345678912345679E8
            {"@double":"0.1000000000000000000001"} | {"@double":"0.1"} | 0.1
            {"@double":"4.9E-324"} | {"@double":"4.9E-324"} | 4.9E-324
            {"@double":"1E-400"} | {"@double":"0.0"} | 0.0
            {"@double":"-0.0"} | {"@double":"-0.0"} | -0.0
            {"@double":"NaN"} | {"@double":"NaN"} | "NaN"
            {"@double":"Infinity"} | {"@double":"Infinity"} | "Infinity"
            {"@time":"2024-01-02T03:04:05.123456789Z"} | {"@time":"2024-01-02T03:04:05.123456789Z"} | "2024-01-02T03:04:05.123456789Z"
            {"@time":"2024-01-02T03:04:05.120000+02:00"} | {"@time":"2024-01-02T01:04:05.120Z"} | "2024-01-02T01:04:05.120Z"
            {"@time":"2024-01-02T03:04:05.000Z"} | {"@time":"2024-01-02T03:04:05Z"} | "2024-01-02T03:04:05Z"
            {"@time":"-0043-03-15T00:00:00Z"} | {"@time":"-0043-03-15T00:00:00Z"} | "-0043-03-15T00:00:00Z"
            {"@date":"2024-02-29"} | {"@date":"2024-02-29"} | "2024-02-29"
            {"@date":"+10000-01-01"} | {"@date":"+10000-01-01"} | "+10000-01-01"
            {"@bytes":"SGk"} | {"@bytes":"SGk="} | "SGk="
            {"@bytes":""} | {"@bytes":""} | ""
            {"@bytes":"+\\/8A"} | {"@bytes":"+/8A"} | "+/8A"
            {"@uuid":"5B1C2F6E-6e2c-4a0c-9d0e-2f3a4b5c6d7e"} | {"@uuid":"5b1c2f6e-6e2c-4a0c-9d0e-2f3a4b5c6d7e"} | "5b1c2f6e-6e2c-4a0c-9d0e-2f3a4b5c6d7e"
            {"@mod":"Product"} | {"@mod":"Product"} | "Product"
            {"@ref": { "coll":{"@mod":"C"} , "id":"1" } } | {"@ref":{"id":"1","coll":{"@mod":"C"}}} | {"id":"1","coll":"C"}
            {"@object":{"@int":"5","x":{"@int":"1"},"n":null}} | {"@object":{"@int":"5","x":{"@int":"1"}}} | {"@int":"5","x":1}
            {"@object":{"@object":{"a":true}}} | {"@object":{"@object":{"a":true}}} | {"@object":{"a":true}}
            {"@object":{"x":[{"@object":{"@":null}}]}} | {"x":[{}]} | {"x":[{}]}
            {"a":{"@int":"1"},"n":null,"b":[null]} | {"a":{"@int":"1"},"b":[null]} | {"a":1,"b":[null]}
            [3000000000, 1.5, true, "@x"] | [{"@long":"3000000000"},{"@double":"1.5"},true,"@x"] | [3000000000,1.5,true,"@x"]
            """)
    void haveOneFormForEachValue(String stored, String tagged, String simple) throws IOException {
        assertThat(document(TAGGED, "{\"v\":" + stored + "}")).isEqualTo(",\"v\":" + tagged);
        assertThat(document(SIMPLE, "{\"v\":" + stored + "}")).isEqualTo(",\"v\":" + simple);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"data":{"coll":"c","data":{"@int":"5"},"ttl":null},"x":true} | ,"x":true,"data":{"coll":"c","data":5}
            {"data":{},"x":true} | ,"x":true
            {"data":{"@int":"5"},"id":"x"} | ,"data":{"data":5,"id":"x"}
            {"data":"text"} | ,"data":{"data":"text"}
            {"data":{"@object":{"@a":"b"}}} | ,"data":{"data":{"@a":"b"}}
            {"@z":{"@int":"5"},"@int":"7"} | ,"@z":5,"@int":"7"
            """)
    void haveTheirReservedNamesInData(String stored, String simple) throws IOException {
        assertThat(document(SIMPLE, stored)).isEqualTo(simple);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"a":[true,{"b":{"@int":"x"}}]} | `a[1].b` | `{"@int":"x"}` | is not a whole number of 32 bits
            {"a":{"@int":"2147483648"}} | `a` | `{"@int":"2147483648"}` | 32 bits
            {"a":{"@int":5}} | `a` | `{"@int":5}` | is not a string after its tag
            {"a":{"@int":null}} | `a` | `{"@int":null}` | is not a string after its tag
            {"a":{"@int":"5","x":1}} | `a` | `{"@int":"5","x":1}` | a key that begins with `@` beside other keys
            {"a":{"x":{},"@int":"5"}} | `a.@int` | `"5"` | a key that begins with `@` beside other keys
            {"a":{"x":{},"@n":null}} | `a.@n` | `null` | a key that begins with `@` beside other keys
            {"a":{"@long":"9223372036854775808"}} | `a` | 9223372036854775808 | 64 bits
            {"a":{"@long":""}} | `a` | {"@long":""} | 64 bits
            {"a":{"@double":"1e999"}} | `a` | 1e999 | double precision
            {"a":{"@double":"0x1p3"}} | `a` | 0x1p3 | double precision
            {"a":{"@double":"1."}} | `a` | 1. | double precision
            {"a":{"@double":""}} | `a` | {"@double":""} | double precision
            {"a":{"@time":"2024-02-30T00:00:00Z"}} | `a` | 2024-02-30 | is not a time
            {"a":{"@time":"2024-02-29T00:00:00"}} | `a` | 2024-02-29 | is not a time
            {"a":{"@time":"2024-02-29T24:00:01Z"}} | `a` | 24:00:01 | is not a time
            {"a":{"@time":"2024-02-29T00:00:00.1x3Z"}} | `a` | .1x3 | is not a time
            {"a":{"@date":"2023-02-29"}} | `a` | 2023-02-29 | is not a date
            {"a":{"@date":"today"}} | `a` | today | is not a date
            {"a":{"@bytes":"SGk=SGk="}} | `a` | SGk=SGk= | is not base64
            {"a":{"@bytes":"_-8A"}} | `a` | _-8A | is not base64
            {"a":{"@bytes":"SGkSG"}} | `a` | SGkSG | is not base64
            {"a":{"@uuid":"5b1c2f6e6e2c4a0c9d0e2f3a4b5c6d7e"}} | `a` | 5b1c2f6e | is not a UUID
            {"a":{"@mod":{}}} | `a` | {"@mod":{}} | is not a string
            {"a":{"@ref":"1"}} | `a` | {"@ref":"1"} | is not a reference
            {"a":{"@ref":{}}} | `a` | {"@ref":{}} | is not a reference
            {"a":{"@ref":{"id":"1"}}} | `a` | {"id":"1"} | is not a reference
            {"a":{"@ref":{"id":"1","coll":"C"}}} | `a` | "C" | is not a reference
            {"a":{"@ref":{"id":"1","coll":{"@mod":"C"},"exists":false}}} | `a` | exists | is not a reference
            {"a":{"@object":[]}} | `a` | {"@object":[]} | is not an object inside of `@object`
            {"a":{"@object":{},"x":1}} | `a.x` | `1` | a key that begins with `@` beside other keys
            {"a":{"@set":{"data":[]}}} | `a` | @set | has a tag that is not known
            {"a":{"@doc":{}}} | `a` | @doc | has a tag that is not known
            {"a":{"@Int":"5"}} | `a` | @Int | has a tag that is not known
            {"x":1,"data":{"id":1},"id":2} | `data` | {"id":1} | stands beside a field with a reserved name
            {"data":{"id":1,"@int":"5"}} | `data.@int` | `"5"` | a key that begins with `@` beside other keys
            """)
    void areRefusedWithFieldAndValueWhereAValueIsMalformed(String stored, String field, String value, String what) {
        for (DocumentFormat format : DocumentFormat.values()) {
            assertThatThrownBy(() -> document(format, stored)).isInstanceOf(MalformedDocumentException.class)
                    .hasMessageStartingWith("the field " + field + " with the value ").hasMessageContaining(value).hasMessageContaining(what);
        }
    }

    @Test
    void comeOutInTheirStandardFormHoweverTheyWereStored() {
        seeds().forEach(seed -> {
            GeneratedDocuments.Value document = new GeneratedDocuments(seed).document();
            assertThat(document(TAGGED, document.stored())).as("seed %d", seed).isEqualTo(document.tagged());
            assertThat(document(SIMPLE, document.stored())).as("seed %d", seed).isEqualTo(document.simple());
            assertThat(document(TAGGED, objectOf(document.tagged()))).as("seed %d, once more", seed).isEqualTo(document.tagged());
        });
    }

    @Test
    void areWhatPlainDocumentsAreInBothFormats() {
        seeds().forEach(seed -> {
            String plain = objectOf(new GeneratedDocuments(seed).document().simple());
            String tagged = written(StoredDocuments.PLAIN, TAGGED, plain);
            String simple = written(StoredDocuments.PLAIN, SIMPLE, plain);
            assertThat(document(SIMPLE, objectOf(tagged))).as("seed %d", seed).isEqualTo(simple);
            assertThat(document(TAGGED, objectOf(tagged))).as("seed %d", seed).isEqualTo(tagged);
        });
    }

    @Test
    void nestWithoutLimitInLinearTime() {
        String deep = "{\"v\":" + "{\"@object\":{\"a\":".repeat(100_000) + "true" + ",\"@\":false}}".repeat(100_000) + "}";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(document(TAGGED, deep)).hasSize(deep.length() - 1);
            assertThatThrownBy(() -> document(TAGGED, deep.replace("true", "{\"@int\":\"\"}")))
                    .isInstanceOf(MalformedDocumentException.class).satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
        });
    }

    /** The first ones are the same in every run, the others are not. */
    private static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, DOCUMENTS), new Random().longs(DOCUMENTS));
    }

    /** The object that has the exported fields. */
    private static String objectOf(String fields) {
        return "{" + (fields.isEmpty() ? "" : fields.substring(1)) + "}";
    }

    private static String document(DocumentFormat format, String stored) {
        return written(StoredDocuments.TAGGED, format, stored);
    }

    private static String written(StoredDocuments stored, DocumentFormat format, String json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonOutput out = new JsonOutput(bytes);
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        try {
            new JsonTranscoder(stored, format).documentFields(utf8, 0, utf8.length, out);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
