package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportTest {

    private static final Instant T = Instant.parse("2026-11-22T10:00:00.123456789Z");
    private static final Failure FAILURE = new Failure(Failure.Code.RETRIES_EXHAUSTED, "why");

    private final Export pending = Export.pending(ExportId.of(T.toEpochMilli(), 0, 1), new ExportRequest("default",
            DatabasePath.parse("us-std/shop"), List.of("B", "A", "B"), DocumentFormat.SIMPLE, Datafiles.DEFAULT,
            new S3Destination("bucket", "path")));

    @Test
    void dropsDuplicateCollectionsAndKeepsTheirOrder() {
        assertThat(pending.request().collections()).containsExactly("B", "A");
    }

    @Test
    void passesThroughItsStates() {
        Export running = pending.started(1, T);
        Export beaten = running.progressed(T, Progress.NONE, T);
        Export complete = beaten.completed(T, Progress.NONE, T);

        assertThat(pending.state()).isEqualTo(ExportState.PENDING);
        assertThat(running.state()).isEqualTo(ExportState.IN_PROGRESS);
        assertThat(complete.state()).isEqualTo(ExportState.COMPLETE);
        assertThat(List.of(running.sequence(), beaten.sequence(), complete.sequence())).containsExactly(1L, 2L, 3L);
        assertThat(complete.updatedAt()).isEqualTo("2026-11-22T10:00:00.123456Z");
    }

    @Test
    void staysWhatItBecameInTheEnd() {
        Export failed = pending.started(1, T).failed(null, Progress.NONE, FAILURE, T);

        assertThatThrownBy(() -> failed.progressed(null, Progress.NONE, T)).hasMessageContaining("Failed");
        assertThatThrownBy(() -> pending.completed(T, Progress.NONE, T)).hasMessageContaining("Pending");
    }

    @Test
    void laterReportsSupersedeEarlierOnes() {
        Export first = pending.started(1, T);
        Export beaten = first.progressed(null, Progress.NONE, T);
        Export second = pending.started(2, T);

        assertThat(first.supersedes(pending)).isTrue();
        assertThat(beaten.supersedes(first)).isTrue();
        assertThat(first.supersedes(beaten)).isFalse();
        assertThat(first.supersedes(first)).isFalse();
        assertThat(second.supersedes(beaten)).isTrue();
        assertThat(beaten.supersedes(second)).isFalse();
    }

    @Test
    void nothingSupersedesATerminalState() {
        Export complete = pending.started(1, T).completed(T, Progress.NONE, T);

        assertThat(pending.started(2, T).supersedes(complete)).isFalse();
    }

    @Test
    void systemCollectionsAreRefused() {
        assertThatThrownBy(() -> new ExportRequest("default", DatabasePath.parse("us-std/shop"), List.of("Product", "Role"),
                DocumentFormat.SIMPLE, Datafiles.DEFAULT, new S3Destination("bucket", "path")))
                .hasMessageContaining("`Role`").hasMessageContaining("system collection");
    }

    @Test
    void anEstimateNeverSaysAHundredPercent() {
        assertThat(new Progress(1, 0, 500, 0, 1, 1000).percent()).isEqualTo(50);
        assertThat(new Progress(1, 0, 5000, 0, 1, 1000).percent()).isEqualTo(99);
        assertThat(new Progress(1, 0, 5, 0, 1, -1).percent()).isEqualTo(-1);
        assertThat(new Progress(1, 0, 5, 0, 1, 0).percent()).isZero();
    }
}
