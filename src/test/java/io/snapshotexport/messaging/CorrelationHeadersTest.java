package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.snapshotexport.contract.ContractDocument;
import io.snapshotexport.export.Correlation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorrelationHeadersTest {

    private static final ContractDocument DOCUMENT = ContractDocument.asyncApi();

    private static RecordHeaders headers(byte[] requestId, byte[] traceparent) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("request-id", requestId);
        headers.add("traceparent", traceparent);
        return headers;
    }

    @Test
    void areReadAsTheyWereWritten() {
        Correlation correlation = new Correlation("nightly", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        RecordHeaders headers = new RecordHeaders();
        CorrelationHeaders.write(headers, correlation);
        RecordHeaders none = new RecordHeaders();
        CorrelationHeaders.write(none, Correlation.NONE);

        assertThat(CorrelationHeaders.read(headers)).isEqualTo(correlation);
        assertThat(none).isEmpty();
        assertThat(CorrelationHeaders.read(none)).isEqualTo(Correlation.NONE);
    }

    @Test
    void areThoseOfTheDocument() {
        JsonNode example = DOCUMENT.root().at("/components/messages/Request/examples/0/headers");

        assertThat(CorrelationHeaders.read(headers(example.get("request-id").asText().getBytes(StandardCharsets.UTF_8),
                example.get("traceparent").asText().getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new Correlation(example.get("request-id").asText(), example.get("traceparent").asText()));
    }

    static Stream<byte[]> hostile() {
        byte[] huge = new byte[900_000];
        Arrays.fill(huge, (byte) 'a');
        return Stream.of(null, new byte[0], huge, new byte[] {(byte) 0xff, (byte) 0xc0, 0}, "a\r\nb".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void arePassedOverWhereTheyAreNotWellFormed(byte[] value) {
        assertThat(CorrelationHeaders.read(headers(value, value))).isEqualTo(Correlation.NONE);
    }
}
