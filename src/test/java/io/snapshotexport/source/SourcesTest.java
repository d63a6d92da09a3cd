package io.snapshotexport.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.source.postgres.PostgresSourceConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourcesTest {

    private static PostgresSourceConfig configured(Map<String, String> properties) {
        return new SmallRyeConfigBuilder().withMapping(PostgresSourceConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100)).build().getConfigMapping(PostgresSourceConfig.class);
    }

    @Test
    void knowsTheSourceOfEachConfiguredRegionGroup() {
        PostgresSourceConfig config = configured(Map.of("snapshot-export.postgresql.us-std.url", "jdbc:postgresql://localhost:5432",
                "snapshot-export.postgresql.us-std.username", "reader", "snapshot-export.postgresql.us-std.password", "secret"));
        assertThat(config.regionGroups().get("us-std").username()).contains("reader");
        assertThat(config.regionGroups().get("us-std").connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.regionGroups().get("us-std").lockTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.regionGroups().get("us-std").silenceTimeout()).isEqualTo(Duration.ofMinutes(30));
        Sources sources = new Sources(config);
        assertThat(sources.of(DatabasePath.parse("us-std/shop"))).isSameAs(sources.of(DatabasePath.parse("us-std/other")));
    }

    @Test
    void saysWhichRegionGroupHasNoSource() {
        Sources sources = new Sources(configured(Map.of()));
        assertThatThrownBy(() -> sources.of(DatabasePath.parse("eu-std/shop"))).isInstanceOf(PermanentExportException.class)
                .hasMessageContaining("`eu-std/shop`").hasMessageContaining("region group `eu-std`");
    }
}
