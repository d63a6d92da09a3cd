package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.snapshotexport.embedded.Aside;
import io.snapshotexport.local.EmbeddedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A store that loses its connections for a second is nobody's affair but the service's. */
@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class StoreOutageTest {

    private static final String CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
            + EmbeddedServers.STORE_DATABASE + "' and pid <> pg_backend_pid()";

    TestSystem system;

    @Test
    void noGetAndNoPostFailsWhileConnectionsAreCutForASecond() {
        String id = system.create(TestSystem.request("us-std/cut", "simple", "cut")).get("id").asText();
        CompletableFuture<Void> cutting = Aside.run(() -> {
            long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (System.nanoTime() < until) {
                system.execute("postgres", CUT);
            }
        });
        List<String> made = new ArrayList<>();
        List<Integer> statuses = new ArrayList<>();
        while (!cutting.isDone()) {
            statuses.add(system.asUser().get("/v2/exports/" + id).statusCode());
            made.add(system.create(TestSystem.request("us-std/cut", "simple", "cut")).get("id").asText());
        }
        cutting.join();

        assertThat(statuses).isNotEmpty().containsOnly(200);
        made.forEach(export -> await().atMost(Duration.ofSeconds(30))
                .until(() -> system.get(export).get("state").asText(), state -> state.equals("Failed")));
    }
}
