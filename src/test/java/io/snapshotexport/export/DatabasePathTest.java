package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasePathTest {

    private final RegionGroups groups = new RegionGroups(List.of(
            new RegionGroup("us-std", List.of("*")), new RegionGroup("eu-std", List.of("eu-*"))));

    @Test
    void hasARegionGroupAndNames() {
        DatabasePath path = DatabasePath.parse("us-std/parent_db/child_db");

        assertThat(path.regionGroup()).isEqualTo("us-std");
        assertThat(path.names()).containsExactly("parent_db", "child_db");
        assertThat(path).hasToString("us-std/parent_db/child_db");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "us-std", "us-std/", "/db", "us-std//db", "us-std/db/", "us-std/ ", "us-std/a\u0000b", "us-std/a\nb"})
    void refusesWhatNamesNoDatabase(String text) {
        assertThatThrownBy(() -> DatabasePath.parse(text)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("`database` is").hasMessageContaining("us-std/my_db");
    }

    @Test
    void toldTheFullFormOfAShorthand() {
        assertThatThrownBy(() -> groups.of(DatabasePath.parse("us/shop/archive"))).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("`us-std/shop/archive`");
    }

    @Test
    void toldTheRegionGroupsThatThereAre() {
        assertThatThrownBy(() -> groups.of(DatabasePath.parse("mars/shop"))).hasMessageContaining("`eu-std`, `us-std`");
    }

    @Test
    void aRegionGroupAllowsItsBucketRegionsOnly() {
        RegionGroup europe = groups.of(DatabasePath.parse("eu-std/shop"));

        assertThat(europe.allowsBucketIn("eu-central-1")).isTrue();
        assertThat(europe.allowsBucketIn("us-east-1")).isFalse();
        assertThat(europe.allowsBucketIn("eusc-de-east-1")).isFalse();
    }
}
