package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.contract.ContractDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is one that a client can read, and nothing comes of it. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class MutatedRequestsTest {

    private static final int REQUESTS = 2_500;
    private static final String SEED = "snapshot-export.test.seed";
    /** What the HTTP server refuses before there is a request: it cannot be made to say more. */
    private static final List<Integer> NOT_HTTP = List.of(400, 413, 414, 431);

    private final ObjectMapper json = new ObjectMapper();
    private final ContractDocument document = ContractDocument.openApi();

    TestSystem system;

    /** Keeps what is logged. */
    private static final class LogWatch extends Handler {

        private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void everyAnswerIsReadableAndNothingComesOfIt() throws IOException {
        long seed = Long.getLong(SEED, System.nanoTime());
        System.out.printf("mutated requests: -D%s=%d repeats them%n", SEED, seed);
        long publishedBefore = system.records("export-requests");
        String key = system.accountKey();
        RequestGrammar grammar = new RequestGrammar(new Random(seed));
        LogWatch log = new LogWatch();
        Logger.getLogger("").addHandler(log);
        Map<String, String> faults = new TreeMap<>();
        Map<Integer, Integer> statuses = new TreeMap<>();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                byte[] request = grammar.next(key);
                RawHttp.Answer answer = RawHttp.send(request);
                statuses.merge(answer.status(), 1, Integer::sum);
                String fault = fault(answer, request, key);
                if (fault != null) {
                    faults.putIfAbsent(fault, shown(request) + "\n  -> " + answer);
                }
            }
        } finally {
            Logger.getLogger("").removeHandler(log);
        }

        assertThat(faults).as("seed %d, answers %s", seed, statuses).isEmpty();
        assertThat(statuses).as("the grammar reaches every part of the API").containsKeys(200, 400, 401, 404, 405, 415);
        assertThat(system.records("export-requests")).as("seed %d", seed).isEqualTo(publishedBefore);
        assertThat(log.records).as("seed %d", seed).allSatisfy(record -> {
            assertThat(record.getThrown()).as("%s", record.getMessage()).isNull();
            assertThat(record.getLevel().intValue()).as("%s", record.getMessage()).isLessThan(Level.SEVERE.intValue());
            assertThat(record.getMessage() + Arrays.deepToString(record.getParameters())).doesNotContain(key);
        });
    }

    private String fault(RawHttp.Answer answer, byte[] request, String key) {
        String type = String.valueOf(answer.header("Content-Type"));
        if ((answer.headers() + answer.body()).contains(key)) {
            return "echoes the key";
        }
        String sent = new String(request, StandardCharsets.ISO_8859_1);
        if (answer.status() == 0) {
            // The HTTP server closes a connection whose chunks it cannot tell apart.
            return sent.contains(RequestGrammar.NO_CHUNK) ? null : "no answer";
        }
        if (answer.status() >= 500 || answer.status() < 200 || answer.status() == 204 || answer.status() / 100 == 3) {
            return "status " + answer.status();
        }
        if (sent.startsWith("OPTIONS ") && answer.header("Allow") != null || sent.startsWith("HEAD ")) {
            return null;
        }
        if (answer.body().isEmpty() && NOT_HTTP.contains(answer.status())) {
            return null;
        }
        if (answer.status() == 200 && type.startsWith("application/yaml")) {
            return null;
        }
        if (!type.startsWith("application/json")) {
            return "content type " + type + " with status " + answer.status();
        }
        return faultOfBody(answer);
    }

    private String faultOfBody(RawHttp.Answer answer) {
        try {
            JsonNode body = json.readTree(answer.body());
            if (answer.status() == 200) {
                return body.has("response") || body.has("checks") ? null : "success without a response";
            }
            boolean sessionShape = answer.status() == 401 && body.has("reason");
            List<String> faults = sessionShape ? new ArrayList<>() : document.faults("/components/schemas/Error", body);
            return faults.isEmpty() ? null : "error of status " + answer.status() + ": " + faults;
        } catch (IOException e) {
            return "no JSON with status " + answer.status();
        }
    }

    private static String shown(byte[] request) {
        String text = new String(request, StandardCharsets.UTF_8).replace("\r", "\\r");
        return text.length() > 1_500 ? text.substring(0, 1_500) + "..." : text;
    }
}
