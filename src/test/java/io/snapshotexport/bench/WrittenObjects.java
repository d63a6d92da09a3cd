package io.snapshotexport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The collection files of an export, by lane and size. */
record WrittenObjects(List<Entry> entries) {

    private static final Pattern LANE = Pattern.compile("_(\\d\\d)_\\d{6}\\.json(l?)(\\.gz)?$");

    private record Entry(Path file, int lane, long bytes) {
    }

    static WrittenObjects of(List<Path> files) {
        return new WrittenObjects(files.stream().map(WrittenObjects::entry).toList());
    }

    private static Entry entry(Path file) {
        Matcher name = LANE.matcher(file.getFileName().toString());
        if (!name.find()) {
            throw new IllegalStateException(file + " is no collection file");
        }
        return new Entry(file, Integer.parseInt(name.group(1)), size(file));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long bytes() {
        return entries.stream().mapToLong(Entry::bytes).sum();
    }

    int lanes() {
        return (int) entries.stream().mapToInt(Entry::lane).distinct().count();
    }

    /** The largest file, whose beginning stands for the bytes of all. */
    Path largest() {
        return entries.stream().reduce((one, other) -> one.bytes() >= other.bytes() ? one : other).orElseThrow().file();
    }

    /** A line for each: lane and size. */
    List<String> sizes() {
        return entries.stream().map(entry -> entry.lane() + " " + entry.bytes()).toList();
    }
}
