package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningAttemptsTest {

    private final RunningAttempts attempts = new RunningAttempts(2);

    private static Tally tally(int documents, long bytes) {
        Tally tally = new Tally();
        tally.fileBegun();
        for (int i = 0; i < documents; i++) {
            tally.documentWritten();
        }
        tally.bytesWritten(bytes);
        return tally;
    }

    @Test
    void whatWasWrittenStaysWhenItsAttemptEnds() {
        Tally one = tally(3, 30);
        Tally other = tally(2, 20);
        attempts.begun(one);
        attempts.begun(other);
        assertThat(attempts.count()).isEqualTo(2);

        one.documentWritten();
        assertThat(attempts.documents()).isEqualTo(6);
        attempts.ended(one);
        other.bytesWritten(5);

        assertThat(attempts.count()).isOne();
        assertThat(attempts.slots()).isEqualTo(2);
        assertThat(attempts.documents()).isEqualTo(6);
        assertThat(attempts.bytes()).isEqualTo(55);
        assertThat(attempts.files()).isEqualTo(2);
    }
}
