package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How quickly the artifact takes requests while store, broker and clients are on the same machine. No part of {@code verify}: the README
 * has its command. Requests leave at their time whether earlier ones were answered or not, and are timed from then, so that a service
 * that stalls is not spared by clients that wait. No worker runs.
 */
class PostLoad {

    private static final int RATE = Integer.getInteger("snapshot-export.load.rate", 300);
    private static final int SECONDS = Integer.getInteger("snapshot-export.load.seconds", 30);
    private static final int WARM_UP_SECONDS = 60;
    private static final double GOAL_MILLIS = 50;
    /** What deploy/CONFIGURATION.md advises for a process that is the API alone. */
    private static final String[] JVM_OPTIONS = System.getProperty("snapshot-export.load.jvm", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC").split(" ");

    @TempDir
    Path directory;

    private record Run(long[] nanos, int errors) {

        double millis(double quantile) {
            return nanos[(int) Math.min(nanos.length - 1, Math.ceil(quantile * nanos.length))] / 1e6;
        }
    }

    @Test
    void requestsAreTakenQuicklyAndWithoutError() throws Exception {
        DataDirectory data = DataDirectory.open(directory);
        try (EmbeddedServers servers = EmbeddedServers.start(data);
                ServiceProcess api = ServiceProcess.start(directory.resolve("api"), settings(servers, data), "512m", JVM_OPTIONS)) {
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            post(client, api.url(), data.accountKey(), WARM_UP_SECONDS);
            Run run = post(client, api.url(), data.accountKey(), SECONDS);

            System.out.printf(Locale.ROOT, "%n| POST a second | seconds | requests | errors | median ms | 95 %% ms | 99 %% ms | longest ms |%n"
                            + "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |%n| %d | %d | %d | %d | %.1f | %.1f | %.1f | %.1f |%n%n",
                    RATE, SECONDS, run.nanos().length, run.errors(), run.millis(0.5), run.millis(0.95), run.millis(0.99), run.millis(1));
            assertThat(run.errors()).as(api.logTail()).isZero();
            assertThat(run.millis(0.99)).as("99th percentile in ms").isLessThan(GOAL_MILLIS);
        }
    }

    private static ServiceSettings settings(EmbeddedServers servers, DataDirectory data) {
        return ServiceSettings.of(servers, data).withRoles(true, false)
                .with("snapshot-export.account.requests-per-second", Integer.toString(10 * RATE))
                .with("snapshot-export.account.request-burst", Integer.toString(10 * RATE))
                .with("snapshot-export.account.unfinished-exports", Integer.toString(Integer.MAX_VALUE));
    }

    private static Run post(HttpClient client, URI api, String accountKey, int seconds) throws InterruptedException {
        String body = ExportClient.request("us-std/load", "simple", EmbeddedServers.BUCKET, "load").toString();
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/v2/exports")).timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + accountKey).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        long[] nanos = new long[RATE * seconds];
        AtomicInteger errors = new AtomicInteger();
        long begin = System.nanoTime();
        CompletableFuture<?>[] answers = new CompletableFuture<?>[nanos.length];
        for (int i = 0; i < nanos.length; i++) {
            int number = i;
            long due = begin + (long) (number * 1e9 / RATE);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            answers[i] = client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).handle((answer, failure) -> {
                nanos[number] = System.nanoTime() - due;
                if (failure != null || answer.statusCode() != 201) {
                    errors.incrementAndGet();
                }
                return null;
            });
        }
        IntStream.range(0, answers.length).forEach(i -> answers[i].join());
        Arrays.sort(nanos);
        return new Run(nanos, errors.get());
    }
}
