package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.export.Correlation;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportRequest;
import io.snapshotexport.export.OpenUpload;
import io.snapshotexport.export.PossibleFiles;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.Trail;
import io.snapshotexport.messaging.TakenRequest;
import io.snapshotexport.s3.ExportBucket;
import io.snapshotexport.s3.S3Buckets;
import io.snapshotexport.s3.S3Config;
import io.snapshotexport.s3.ScriptedS3;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LeftoversTest {

    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final OpenUpload UPLOAD = new OpenUpload("Product", 0, 0, "left");

    private static S3Buckets buckets(ScriptedS3 s3) {
        return new S3Buckets(new SmallRyeConfigBuilder().withMapping(S3Config.class).withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(Map.of("snapshot-export.s3.endpoint", s3.endpoint().toString(),
                        "snapshot-export.s3.path-style", "true", "snapshot-export.s3.retries", "0", "snapshot-export.s3.access-key-id", "any",
                        "snapshot-export.s3.secret-access-key", "any"), "test", 100)).build().getConfigMapping(S3Config.class));
    }

    /** Also where no files have to be emptied. */
    @Test
    void anUploadThatTheBucketWouldNotAbortIsTriedAgainAtTheEndOfTheAttempt() {
        AtomicBoolean refusing = new AtomicBoolean(true);
        Function<Asked, Answer> script = request -> request.method().equals("DELETE") && refusing.get() ? Answer.error(503, "SlowDown")
                : ScriptedS3.well(request);
        TakenRequest taken = new TakenRequest(new ExportId(4711), System.nanoTime(), 2, new ExportRequest("acme", DatabasePath.parse("us-std/shop"),
                List.of(), DocumentFormat.SIMPLE, Datafiles.DEFAULT, DESTINATION), new Trail(PossibleFiles.NONE, List.of(UPLOAD), false, null),
                Correlation.NONE);
        FileAnnouncement files = new FileAnnouncement(taken.trail(), () -> { }, () -> { });
        Leftovers leftovers = new Leftovers(new StaleFiles());
        try (ScriptedS3 s3 = new ScriptedS3(script); S3Buckets buckets = buckets(s3);
                ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, () -> { })) {
            leftovers.takeBack(taken, bucket, files, () -> false);
            assertThat(files.openUploads()).as("for the next attempt, should this one die").containsExactly(UPLOAD);

            refusing.set(false);
            leftovers.empty(taken, bucket, files, files.inherited(), files::written, () -> false);

            assertThat(files.openUploads()).isEmpty();
            assertThat(bucket.uploadsLeftOpen()).isZero();
        }
    }
}
