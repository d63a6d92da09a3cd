package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.embedded.Aside;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.Trail;
import io.snapshotexport.s3.UploadListener;
import io.snapshotexport.source.KeyRange;
import io.snapshotexport.source.SourceCollection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FileAnnouncementTest {

    private static final LanePlan PLAN = new LanePlan(List.of(
            List.of(new LanePlan.Part(new SourceCollection("A", 1, 1), KeyRange.ALL)),
            List.of(new LanePlan.Part(new SourceCollection("B", 1, 1), KeyRange.ALL))));

    private final AtomicInteger reports = new AtomicInteger();
    private final FileAnnouncement files = new FileAnnouncement(Trail.NONE, () -> { }, reports::incrementAndGet);

    /** The log has every report at once. */
    private FileAnnouncement answered() {
        AtomicReference<FileAnnouncement> answered = new AtomicReference<>();
        answered.set(new FileAnnouncement(Trail.NONE, () -> { }, () -> {
            reports.incrementAndGet();
            answered.get().acknowledged(answered.get().report().version());
        }));
        return answered.get();
    }

    private CompletableFuture<Void> appearing(String collection, int lane, int index) {
        return Aside.run(() -> files.awaitAnnounced(collection, lane, index, () -> false));
    }

    @Test
    void theFirstFileOfEverythingIsAnnouncedWithThePlan() {
        files.planned(PLAN);

        assertThat(files.report().files().counts()).hasToString("{A={0=1}, B={1=1}}");
        assertThat(reports).hasValue(1);
    }

    @Test
    void aFileAppearsWhenTheLogHasItsAnnouncement() throws Exception {
        files.planned(PLAN);
        CompletableFuture<Void> appearing = appearing("A", 0, 0);
        Awaitility.await().during(300, TimeUnit.MILLISECONDS).until(() -> !appearing.isDone());

        files.acknowledged(files.report().version());

        appearing.get(10, TimeUnit.SECONDS);
        assertThat(files.written("A", 0)).isEqualTo(1);
        assertThat(files.left().counts()).as("known better than announced").hasToString("{A={0=1}}");
    }

    @Test
    void anOlderAcknowledgementIsNotEnough() throws Exception {
        files.planned(PLAN);
        FileAnnouncement.Report first = files.report();
        files.acknowledged(first.version());
        files.begun("A", 0, 1);
        FileAnnouncement.Report second = files.report();
        files.acknowledged(first.version());

        appearing("A", 0, 0).get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> further = appearing("A", 0, 1);
        Awaitility.await().during(300, TimeUnit.MILLISECONDS).until(() -> !further.isDone());
        files.acknowledged(second.version());
        further.get(10, TimeUnit.SECONDS);
    }

    @Test
    void furtherFilesAreAnnouncedSomeAhead() {
        files.planned(PLAN);
        for (int index = 0; index < 9; index++) {
            files.begun("A", 0, index);
        }

        assertThat(reports).as("the plan's, and one for some files each").hasValue(3);
        assertThat(files.report().files().count("A", 0)).isEqualTo(9);
        assertThat(files.report().files().count("B", 1)).isEqualTo(1);
    }

    @Test
    void whatEarlierAttemptsMayHaveLeftStaysAnnounced() {
        PossibleFiles.Builder before = new PossibleFiles.Builder();
        before.add("A", 0, 5);
        before.add("Gone", 3, 1);
        FileAnnouncement next = new FileAnnouncement(new Trail(before.build(), List.of(), false, null), () -> { }, () -> { });
        next.planned(PLAN);

        assertThat(next.report().files().counts()).hasToString("{A={0=5}, B={1=1}, Gone={3=1}}");
        assertThat(next.left()).isEqualTo(before.build());
    }

    @Test
    void whatAnEarlierAttemptHadAnnouncedIsAnnouncedAnewBecauseTheLogMayHaveOnlyThat() {
        PossibleFiles.Builder before = new PossibleFiles.Builder();
        before.add("A", 0, 5);
        FileAnnouncement next = new FileAnnouncement(new Trail(before.build(), List.of(), false, null), () -> { }, reports::incrementAndGet);
        next.begun("A", 0, 0);

        assertThat(reports).hasValue(1);
    }

    @Test
    void aManifestAppearsWhenTheLogHasItsAnnouncement() throws Exception {
        CompletableFuture<Void> appearing = Aside.run(() -> files.announceManifest(() -> false));
        Awaitility.await().during(300, TimeUnit.MILLISECONDS).until(() -> !appearing.isDone() && !files.manifestLeft());
        assertThat(files.report().manifest()).isTrue();

        files.acknowledged(files.report().version());

        appearing.get(10, TimeUnit.SECONDS);
        assertThat(files.manifestLeft()).isTrue();
    }

    @Test
    void aManifestThatAnEarlierAttemptMayHaveLeftStaysAnnouncedUntilItIsTakenBack() {
        FileAnnouncement next = new FileAnnouncement(new Trail(PossibleFiles.NONE, List.of(), true, null), () -> { }, () -> { });
        assertThat(next.report().manifest()).isTrue();
        assertThat(next.manifestLeft()).isTrue();

        next.manifestTakenBack();

        assertThat(next.report().manifest()).isFalse();
        assertThat(next.manifestLeft()).isFalse();
    }

    @Test
    void nobodyWaitsForALogThatWillNotAnswer() {
        FileAnnouncement lost = new FileAnnouncement(Trail.NONE, () -> {
            throw new LeaseLostException();
        }, () -> { });
        lost.planned(PLAN);
        files.planned(PLAN);

        assertThatThrownBy(() -> lost.awaitAnnounced("A", 0, 0, () -> false)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> files.awaitAnnounced("A", 0, 0, () -> true)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> lost.upload("A", 0, 0, () -> false).begun("id")).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> files.upload("A", 0, 0, () -> true).begun("id")).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> lost.announceManifest(() -> false)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> files.announceManifest(() -> true)).isInstanceOf(CancellationException.class);
        assertThat(files.manifestLeft()).isFalse();
        assertThat(files.left()).isEqualTo(PossibleFiles.NONE);
    }

    @Test
    void anUploadIsToldOfFromItsBeginningToItsEnd() {
        FileAnnouncement files = answered();
        UploadListener first = files.upload("A", 0, 7, () -> false);
        UploadListener second = files.upload("A", 1, 0, () -> false);
        first.begun("id-1");
        second.begun("id-2");
        assertThat(reports).as("each is told of at once").hasValue(2);
        assertThat(files.report().uploads()).containsExactly(new OpenUpload("A", 0, 7, "id-1"), new OpenUpload("A", 1, 0, "id-2"));

        first.ended();

        assertThat(files.report().uploads()).containsExactly(new OpenUpload("A", 1, 0, "id-2"));
        assertThat(files.openUploads()).as("for the next attempt").isEqualTo(files.report().uploads());
    }

    @Test
    void anUploadMayHoldSomethingWhenTheLogHasItsId() throws Exception {
        UploadListener upload = files.upload("A", 0, 7, () -> false);
        CompletableFuture<Void> begun = Aside.run(() -> upload.begun("id"));
        Awaitility.await().until(() -> !files.openUploads().isEmpty());
        long others = files.report().version() - 1;
        files.acknowledged(others);
        Awaitility.await().during(300, TimeUnit.MILLISECONDS).until(() -> !begun.isDone());

        files.acknowledged(files.report().version());

        begun.get(10, TimeUnit.SECONDS);
    }

    @Test
    void uploadsOfEarlierAttemptsAreToldOfUntilTheyAreAborted() {
        OpenUpload first = new OpenUpload("A", 0, 7, "id-1");
        OpenUpload second = new OpenUpload("A", 1, 0, "id-2");
        FileAnnouncement next = new FileAnnouncement(new Trail(PossibleFiles.NONE, List.of(first, second), false, null), () -> { }, () -> { });
        assertThat(next.report().uploads()).containsExactly(first, second).isEqualTo(next.inheritedUploads());

        next.inheritedUploads(List.of(second));

        assertThat(next.report().uploads()).containsExactly(second).isEqualTo(next.openUploads());
        next.inheritedUploads(List.of());
        assertThat(next.report().uploads()).isEmpty();
    }

    @Test
    void noMoreUploadsAreToldOfThanARecordHasRoomFor() {
        FileAnnouncement files = answered();
        files.upload("A", 0, 0, () -> false).begun("i".repeat(OpenUpload.LONGEST_ID + 1));
        for (int lane = 0; lane < 100; lane++) {
            for (int index = 0; index < 3; index++) {
                files.upload("A", lane, index, () -> false).begun("id");
            }
        }

        assertThat(files.report().uploads()).hasSize(OpenUpload.MOST).allSatisfy(upload -> assertThat(upload.uploadId()).isEqualTo("id"));
    }
}
