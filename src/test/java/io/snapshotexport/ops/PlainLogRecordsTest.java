package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

/** Log lines as they come out of the formatter that the service has. */
class PlainLogRecordsTest {

    private static final String FORGED = "2026-01-01 00:00:00,000 INFO  [audit] (main) account=root";

    private final Filter filter = new PlainLogRecords();
    private final ExtFormatter formatter = new PatternFormatter(settings().getProperty("quarkus.log.console.format"));

    private static Properties settings() {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return properties;
    }

    private List<String> lines(LogRecord record) {
        assertThat(filter.isLoggable(record)).isTrue();
        return formatter.format(record).lines().toList();
    }

    private static ExtLogRecord record(String format, Object... parameters) {
        ExtLogRecord record = new ExtLogRecord(Level.WARN, format, ExtLogRecord.FormatStyle.PRINTF, "test");
        record.setParameters(parameters);
        return record;
    }

    @Test
    void aMessageIsOneLineWhateverIsInIt() {
        assertThat(lines(record("no request %s: %s", "a\r\n" + FORGED, "100 %s")))
                .singleElement().asString().endsWith("no request a\\r\\n" + FORGED + ": 100 %s");
    }

    @Test
    void recordsOfOtherKindsAreTreatedAlike() {
        LogRecord plain = new LogRecord(Level.WARN, "a\n{0} password=abc");
        plain.setParameters(new Object[] {"b"});

        assertThat(lines(plain)).singleElement().asString().contains("a\\n").doesNotContain("abc");
    }

    @Test
    void theWordsOfAThrowableBeginNoLineButItsStackTraceDoes() {
        Throwable cause = new IllegalArgumentException("x\n" + FORGED + " url=postgresql://u:hunter2@h/");
        Throwable thrown = new IllegalStateException("outer", cause);
        thrown.addSuppressed(new IOException("\r" + FORGED));
        cause.addSuppressed(thrown);
        ExtLogRecord record = record("defect exportId=%s", "1");
        record.setThrown(thrown);

        List<String> lines = lines(record);

        assertThat(lines).noneMatch(line -> line.startsWith(FORGED)).noneMatch(line -> line.contains("hunter2"));
        assertThat(lines).anyMatch(line -> line.startsWith("Caused by: java.lang.IllegalArgumentException: x\\n" + FORGED));
        assertThat(lines).anyMatch(line -> line.contains("Suppressed: java.io.IOException: \\r" + FORGED));
        assertThat(lines).anyMatch(line -> line.startsWith("\tat ") && line.contains("theWordsOfAThrowable"));
    }

    @Test
    void whatIsPlainStaysWhatItIs() {
        Throwable thrown = new IllegalStateException("outer", new IOException("inner"));
        ExtLogRecord record = record("export %s", 7);
        record.setThrown(thrown);

        assertThat(lines(record)).first().asString().contains("export 7");
        assertThat(record.getThrown()).isSameAs(thrown);
        assertThat(record.getFormatStyle()).isEqualTo(ExtLogRecord.FormatStyle.PRINTF);
    }

    @Test
    void everyHandlerHasIt() {
        String name = PlainLogRecords.class.getAnnotation(LoggingFilter.class).name();

        for (String handler : List.of("console", "file", "syslog")) {
            assertThat(settings().getProperty("quarkus.log." + handler + ".filter")).isEqualTo(name);
        }
    }
}
