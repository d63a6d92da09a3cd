package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.system.TopicRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small exports while long ones run, with two workers: each runs once, and none waits while a slot is free. The README has the command
 * for two thousand.
 */
class SoakIT {

    private static final int EXPORTS = Integer.getInteger("snapshot-export.soak.exports", 80);
    private static final int BESIDE_THREE_LONG_ONES = 20;
    private static final List<String> SMALL = List.of("Counter", "Mark");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 20;
    private static final double GOAL_MILLIS = 100;
    /** A worker that was full looks for retries first, for half a second; the rest is for a machine that is busy with everything else. */
    private static final double LONGEST_WAIT_MILLIS = 3_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private record Asked(String id, long at) {
    }

    @Test
    void eachRunsOnceAndNoneWaitsBehindALongOne() throws Exception {
        Map<String, String> settings = Map.of("snapshot-export.s3.attempt-timeout", "2h", "snapshot-export.s3.request-timeout", "2h");
        try (CrashSystem system = CrashSystem.start(directory, 1, 2, settings); Clients clients = new Clients(system);
                Evidence world = new Evidence(system); TopicRecords topics = new TopicRecords(system.kafkaConnection())) {
            ask(clients, "warm-up", WARM_UP);
            Map<String, Footprint> calm = Footprint.of(system);

            Trap first = beginLongOne(system, clients, 1);
            List<Asked> besideOne = ask(clients, "soak", EXPORTS);
            Trap second = beginLongOne(system, clients, 2);
            Trap third = beginLongOne(system, clients, 3);
            List<Asked> besideThree = ask(clients, "crowded", BESIDE_THREE_LONG_ONES);
            List.of(first, second, third).forEach(Trap::letGo);

            new Audit(system, clients).checkAll(world);
            Footprint.awaitBack(calm, system);
            Map<String, List<ConsumerRecord<byte[], byte[]>>> histories = histories(topics);
            clients.accepted().forEach(one -> runsOnce(histories.get(one.id())));
            double[] free = waits(besideOne, histories);
            double[] crowded = waits(besideThree, histories);
            System.out.printf(Locale.ROOT, "From POST to InProgress: %d exports beside a long one, median %.0f ms, 99 %% %.0f ms, longest %.0f ms;"
                            + " %d beside three, with one slot free, median %.0f ms, longest %.0f ms%n", free.length, at(free, 0.5), at(free, 0.99),
                    at(free, 1), crowded.length, at(crowded, 0.5), at(crowded, 1));
            assertThat(at(free, 0.5)).as("median in ms").isLessThan(GOAL_MILLIS);
            assertThat(at(free, 1)).as("longest wait in ms").isLessThan(LONGEST_WAIT_MILLIS);
            assertThat(at(crowded, 0.5)).as("median in ms with one slot free").isLessThan(GOAL_MILLIS);
            assertThat(at(crowded, 1)).as("longest wait in ms with one slot free").isLessThan(LONGEST_WAIT_MILLIS);
        }
    }

    /** Long is what S3 lets wait: its slot is taken, its heart beats, until the trap lets go. */
    private static Trap beginLongOne(CrashSystem system, Clients clients, int number) {
        String path = "long/" + number;
        Trap trap = Phase.UPLOAD.trap(path, null);
        system.s3Ways().forEach(way -> way.add(trap));
        clients.post(path, List.of("Counter", Ledger.BALLAST), 0, PATIENCE);
        trap.await(PATIENCE);
        return trap;
    }

    /** One after another, so that there is a free slot for each. */
    private static List<Asked> ask(Clients clients, String path, int count) {
        List<Asked> asked = new ArrayList<>();
        for (int number : IntStream.range(0, count).toArray()) {
            long now = System.currentTimeMillis();
            String id = clients.post(path + "/" + number, SMALL, 0, PATIENCE).id();
            asked.add(new Asked(id, now));
            clients.awaitEnd(id, PATIENCE);
        }
        return asked;
    }

    private static Map<String, List<ConsumerRecord<byte[], byte[]>>> histories(TopicRecords topics) {
        Map<String, List<ConsumerRecord<byte[], byte[]>>> histories = new HashMap<>();
        topics.all("export-states").forEach(record ->
                histories.computeIfAbsent(TopicRecords.text(record.key()), id -> new ArrayList<>()).add(record));
        return histories;
    }

    /** One attempt, its reports numbered without a gap, InProgress until the last, which is Complete. */
    private static void runsOnce(List<ConsumerRecord<byte[], byte[]>> history) {
        List<JsonNode> states = history.stream().map(SoakIT::json).toList();
        assertThat(states).extracting(state -> state.path("sequence").asInt())
                .isEqualTo(IntStream.rangeClosed(1, states.size()).boxed().toList());
        assertThat(states).allSatisfy(state -> assertThat(state.path("attempt").asInt()).as(state.toString()).isEqualTo(1));
        assertThat(states.subList(0, states.size() - 1)).allSatisfy(state -> assertThat(state.path("state").asText()).isEqualTo("InProgress"));
        assertThat(states.get(states.size() - 1).path("state").asText()).isEqualTo("Complete");
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds from the request to the broker's time of the first report, which are clocks of one machine; sorted. */
    private static double[] waits(List<Asked> asked, Map<String, List<ConsumerRecord<byte[], byte[]>>> histories) {
        return asked.stream().mapToDouble(one -> histories.get(one.id()).get(0).timestamp() - one.at()).sorted().toArray();
    }

    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    }
}
