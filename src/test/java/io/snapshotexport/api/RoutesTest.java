package io.snapshotexport.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.contract.ContractDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoutesTest {

    @Test
    void areTheAddressesOfTheDocument() {
        List<String> documented = new ArrayList<>();
        ContractDocument.openApi().root().get("paths").fieldNames().forEachRemaining(documented::add);
        assertThat(Routes.ALL).containsExactlyInAnyOrderElementsOf(documented.stream().filter(path -> !path.startsWith("/q/")).toList());
    }

    @Test
    void whatIsMadeUpIsOneRoute() {
        assertThat(Routes.route("/v2/exports")).isEqualTo("/v2/exports");
        assertThat(Routes.route("/v2/exports/912450905817751553")).isEqualTo("/v2/exports/{id}");
        assertThat(Routes.route("/v2/exports/%2e%2e")).isEqualTo("/v2/exports/{id}");
        assertThat(Routes.route("/v2/account/keys/x")).isEqualTo("/v2/account/keys/{id}");
        assertThat(List.of("/", "", "*", "/v2", "/v2/exports/", "/v2/exports/1/2", "/v2/exports/1/", "//v2/exports", "/openapi/x"))
                .allSatisfy(path -> assertThat(Routes.route(path)).isEqualTo("other"));
        assertThat(Routes.route(null)).isEqualTo("other");
        assertThat(IntStream.range(0, 1000).mapToObj(i -> Routes.method("GET" + i)).distinct()).containsExactly("other");
        assertThat(Routes.method("POST")).isEqualTo("POST");
        assertThat(Routes.method("post")).isEqualTo("other");
    }
}
