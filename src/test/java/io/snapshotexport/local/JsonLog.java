package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The log lines of processes that write JSON, with the keys that {@code deploy/LOGS.md} names. A line that is none is an error, but for what
 * the JVM itself says before it begins.
 */
final class JsonLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> FIELDS = Set.of("timestamp", "level", "loggerName", "message", "threadName", "mdc", "hostName", "exception",
            "stackTrace");
    /** The last three are the framework's, where traces are on. */
    private static final Set<String> KEYS = Set.of("exportId", "requestId", "account", "attempt", "lane", "state", "traceId", "spanId", "parentId",
            "sampled");
    private static final String OF_THE_JVM = "NOTE: Picked up JDK_JAVA_OPTIONS:";

    private JsonLog() {
    }

    /**
     * @param process the name of the process
     * @param keys    what stands beside the text
     */
    record Line(String process, String at, String level, String logger, String message, Map<String, String> keys) {

        String key(String name) {
            return keys.get(name);
        }
    }

    /** All lines of all processes, each in its own order. */
    static List<Line> lines(List<ServiceProcess> processes) {
        return processes.stream().flatMap(process -> lines(process).stream()).toList();
    }

    private static List<Line> lines(ServiceProcess process) {
        try (Stream<String> lines = Files.lines(process.log())) {
            return lines.filter(line -> !line.startsWith(OF_THE_JVM)).map(line -> line(process, line)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(ServiceProcess process, String text) {
        try {
            JsonNode line = JSON.readTree(text);
            Map<String, String> keys = new TreeMap<>();
            line.required("mdc").fields().forEachRemaining(key -> keys.put(key.getKey(), key.getValue().textValue()));
            assertThat(line.fieldNames()).toIterable().as(text).isSubsetOf(FIELDS);
            assertThat(keys.keySet()).as(text).isSubsetOf(KEYS);
            return new Line(process.log().getParent().getFileName().toString(), line.required("timestamp").asText(),
                    line.required("level").asText(), line.required("loggerName").asText(), line.required("message").asText(), keys);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a line of JSON with all its fields, from " + process.log() + ": " + text, e);
        }
    }
}
