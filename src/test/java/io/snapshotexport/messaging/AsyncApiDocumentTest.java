package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.contract.ContractDocument;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code and {@code asyncapi.yaml} say the same. What the service really writes and reads is looked at by a system test. */
class AsyncApiDocumentTest {

    private static final ContractDocument DOCUMENT = ContractDocument.asyncApi();

    @Test
    void hasTheTopicsWithTheirSettings() {
        Map<String, Map<String, String>> documented = new TreeMap<>();
        DOCUMENT.root().get("channels").forEach(channel -> {
            Map<String, String> settings = new TreeMap<>();
            channel.at("/bindings/kafka/topicConfiguration").fields().forEachRemaining(setting ->
                    settings.put(setting.getKey(), setting.getValue().path(0).asText(setting.getValue().asText())));
            documented.put(channel.get("address").asText(), settings);
        });
        Map<String, Map<String, String>> expected = new TreeMap<>();
        for (Topic topic : Topic.values()) {
            Map<String, String> settings = new TreeMap<>(topic.settings());
            settings.put(Topic.TIMESTAMP_TYPE, Topic.LOG_APPEND_TIME);
            expected.put(topic.topicName(), settings);
        }
        assertThat(documented).isEqualTo(expected);
    }

    static Stream<Arguments> examples() {
        List<Arguments> examples = new ArrayList<>();
        DOCUMENT.root().at("/components/messages").properties().forEach(message ->
                message.getValue().path("examples").forEach(example ->
                examples.add(Arguments.of(message.getKey(), example.get("name").asText(), example))));
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void itsExamplesFitTheSchemasAndAreTaken(String message, String name, JsonNode example) {
        ObjectNode payload = (ObjectNode) example.get("payload");
        assertThat(DOCUMENT.faults(DOCUMENT.resolve("/components/messages/" + message + "/payload"), payload)).isEmpty();
        if (example.has("headers")) {
            assertThat(DOCUMENT.faults("/components/messages/" + message + "/headers", example.get("headers"))).isEmpty();
        }
        byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);

        if (message.equals("State")) {
            ReportedExport state = StateJson.read(bytes, Instant.EPOCH, Correlation.NONE);
            // Written again, nothing is added and nothing is lost.
            assertThat(RequestJson.parse(StateJson.write(state.export(), state.trail()))).isEqualTo(payload);
        } else {
            ExportRequest request = RequestJson.read(RequestJson.parse(bytes), payload.get("account").asText(),
                    RequestJson.UnknownFields.IGNORED);
            assertThat(request.database()).hasToString(payload.get("database").asText());
        }
    }

    static Stream<Arguments> enumerations() {
        return Stream.of(
                Arguments.of("/components/schemas/State/properties/state",
                        Arrays.stream(ExportState.values()).filter(state -> state != ExportState.PENDING)
                                .map(ExportState::wireName).toList()),
                Arguments.of("/components/schemas/DocumentFormat",
                        Arrays.stream(DocumentFormat.values()).map(DocumentFormat::wireName).toList()),
                Arguments.of("/components/schemas/DatafileFormat",
                        Arrays.stream(DatafileFormat.values()).map(DatafileFormat::wireName).toList()),
                Arguments.of("/components/schemas/State/properties/failure/properties/code",
                        Arrays.stream(Failure.Code.values()).map(Failure.Code::wireName).toList()));
    }

    @ParameterizedTest
    @MethodSource("enumerations")
    void hasTheValuesThatTheCodeHas(String schema, List<String> values) {
        assertThat(StreamSupport.stream(DOCUMENT.root().at(schema + "/enum").spliterator(), false).map(JsonNode::asText))
                .containsExactlyElementsOf(values);
    }
}
