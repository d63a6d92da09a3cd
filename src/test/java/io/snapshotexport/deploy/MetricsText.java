package io.snapshotexport.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /q/metrics} says, in Prometheus' text format.
 *
 * @param types   of every family, such as {@code gauge}
 * @param helps   of every family
 * @param samples all of them
 */
public record MetricsText(Map<String, String> types, Map<String, String> helps, List<Sample> samples) {

    /** To be asked for: unasked, the service answers in OpenMetrics, whose families of counters lack the {@code _total} of their samples. */
    public static final String TYPE = "text/plain";

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** One line. */
    public record Sample(String name, Map<String, String> labels, double value) {

        boolean has(String... labelsAndValues) {
            for (int i = 0; i < labelsAndValues.length; i += 2) {
                if (!labelsAndValues[i + 1].equals(labels.get(labelsAndValues[i]))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @throws IllegalArgumentException if a line is none of that format */
    public static MetricsText parse(String text) {
        Map<String, String> types = new TreeMap<>();
        Map<String, String> helps = new TreeMap<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3].strip());
            } else if (line.startsWith("# HELP ")) {
                helps.put(words[2], words.length < 4 ? "" : words[3].strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                samples.add(sample(line));
            }
        }
        return new MetricsText(types, helps, samples);
    }

    private static Sample sample(String line) {
        Matcher parts = SAMPLE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException(line);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (parts.group(2) != null) {
            Matcher label = LABEL.matcher(parts.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Sample(parts.group(1), labels, Double.parseDouble(parts.group(3).replace("+Inf", "Infinity")));
    }

    /** The one sample with that name and, among others, those labels. */
    public double value(String name, String... labelsAndValues) {
        List<Double> found = samples.stream().filter(sample -> sample.name().equals(name) && sample.has(labelsAndValues)).map(Sample::value).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(name + List.of(labelsAndValues) + " is there " + found.size() + " times");
        }
        return found.get(0);
    }

    /** Of all samples with that name and, among others, those labels; 0 if there is none. */
    public double sum(String name, String... labelsAndValues) {
        return samples.stream().filter(sample -> sample.name().equals(name) && sample.has(labelsAndValues)).mapToDouble(Sample::value).sum();
    }
}
