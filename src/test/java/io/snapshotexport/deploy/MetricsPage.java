package io.snapshotexport.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of {@code deploy/METRICS.md}. */
public final class MetricsPage {

    private static final Pattern LABEL = Pattern.compile("`([a-z]+)`: ([^;]*)");

    private final List<Row> rows;

    /**
     * A line of it.
     *
     * @param labels for each, what the page says of its values
     * @param role   {@code api}, {@code worker} or {@code both}
     */
    public record Row(String name, String type, String unit, Map<String, String> labels, String role, String meaning) {

        boolean isOf(String asked) {
            return role.equals("both") || role.equals(asked);
        }

        /** The families that Prometheus sees, with their types. */
        public Map<String, String> families() {
            return switch (type) {
                case "timer" -> Map.of(name, "summary", name + "_max", "gauge");
                case "histogram" -> Map.of(name, "histogram", name + "_max", "gauge");
                default -> Map.of(name, type);
            };
        }

        /** The names of its samples. */
        public Set<String> series() {
            return switch (type) {
                case "timer" -> Set.of(name + "_count", name + "_sum", name + "_max");
                case "histogram" -> Set.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
                default -> Set.of(name);
            };
        }

        /** Whether the page says that the label has this value; what it describes in words has any. */
        public boolean allows(String label, String value) {
            return label.equals("route") || label.equals("status") || Arrays.asList(labels.get(label).split(", ")).contains(value);
        }
    }

    private MetricsPage(List<Row> rows) {
        this.rows = rows;
    }

    public static MetricsPage read() {
        try {
            return new MetricsPage(Files.readAllLines(Path.of("deploy/METRICS.md")).stream().filter(line -> line.startsWith("| `snapshot_export_"))
                    .map(MetricsPage::row).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        List<String> cells = Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(cells.get(3));
        while (label.find()) {
            labels.put(label.group(1), label.group(2).strip());
        }
        return new Row(cells.get(0).replace("`", ""), cells.get(1), cells.get(2), labels, cells.get(4), cells.get(5));
    }

    public List<Row> rows() {
        return rows;
    }

    /** Every family that a process of that role tells, with its type. */
    public Map<String, String> families(String role) {
        return rows.stream().filter(row -> row.isOf(role)).flatMap(row -> row.families().entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Every series, with the labels that it may be asked for. */
    Map<String, Set<String>> series() {
        Map<String, Set<String>> series = new TreeMap<>();
        for (Row row : rows) {
            for (String name : row.series()) {
                Set<String> labels = new TreeSet<>(row.labels().keySet());
                if (name.endsWith("_bucket")) {
                    labels.add("le");
                }
                series.put(name, labels);
            }
        }
        return series;
    }

    /** The row that a series belongs to. */
    public Row rowOf(String series) {
        return rows.stream().filter(row -> row.series().contains(series)).findFirst().orElseThrow();
    }
}
