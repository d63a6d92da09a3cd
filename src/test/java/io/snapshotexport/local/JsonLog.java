package io.snapshotexport.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeMap;
import java.util.Map;
import java.util.stream.Stream;

/** The log lines of processes that write JSON. A line that is none is an error, but for what the JVM itself says before it begins. */
final class JsonLog {

    private static final ObjectMapper JSON = new ObjectMapper();
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
            line.required("mdc").fields().forEachRemaining(key -> keys.put(key.getKey(), key.getValue().asText()));
            return new Line(process.log().getParent().getFileName().toString(), line.required("timestamp").asText(),
                    line.required("level").asText(), line.required("loggerName").asText(), line.required("message").asText(), keys);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a line of JSON with all its fields, from " + process.log() + ": " + text, e);
        }
    }
}
