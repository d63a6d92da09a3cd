package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.embedded.PostgresServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleShopTest {

    private static final Map<String, Long> COUNTS = Map.of("Category", 24L, "Customer", 1500L, "Order", 3000L, "Product", 1000L);

    @Test
    void isMadeOnceAndLeftAsItIsAfterwards() {
        try (PostgresServer server = PostgresServer.start()) {
            assertThat(SampleShop.in(server).countsByCollection()).isEqualTo(COUNTS);
            assertThat(SampleShop.in(server).countsByCollection()).isEqualTo(COUNTS);
        }
    }
}
