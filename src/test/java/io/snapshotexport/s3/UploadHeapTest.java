package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.embedded.ChildProcess;
import io.snapshotexport.embedded.S3ProxyServer;
import io.snapshotexport.embedded.TestClassPath;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHeapTest {

    private static final int WRITERS = 4;
    private static final long BYTES = 40_000_000;

    @TempDir
    Path directory;

    /** Every logger of that process takes everything: whatever is logged on the way of the bytes fills its heap. */
    @Test
    void writersSideBySideFitIntoAHeapOf128MegabytesEvenWhenEverythingIsLogged() {
        try (S3ProxyServer server = S3ProxyServer.start(directory.resolve("s3"))) {
            server.createBucket("shop");
            ChildProcess uploads = ChildProcess.start("the uploads", List.of(ChildProcess.java(), "-Xmx128m", "-XX:+ExitOnOutOfMemoryError",
                    "-Dlogging.initial-configurator.min-level=ALL", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                    "-cp", TestClassPath.buildDirectory().resolve("classes") + File.pathSeparator
                            + String.join(File.pathSeparator, TestClassPath.entries()),
                    SideBySideUploads.class.getName(), server.endpoint().toString(), server.accessKey(), server.secretKey(),
                    Integer.toString(WRITERS), Long.toString(BYTES)), Map.of(), directory.resolve("uploads.log"));
            try {
                assertThat(uploads.awaitEnd(Duration.ofMinutes(2))).as("it ends").isTrue();
                assertThat(uploads.exitCode()).as(uploads.logTail()).isZero();
            } finally {
                uploads.kill();
            }
        }
        for (int lane = 0; lane < WRITERS; lane++) {
            assertThat(directory.resolve("s3/shop/heap/collections/Big/Big_0" + lane + "_000000.json")).hasSize(BYTES);
        }
    }
}
