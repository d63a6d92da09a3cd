package io.snapshotexport.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.snapshotexport.deploy.MetricsPage;
import io.snapshotexport.embedded.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A Prometheus with the rules of {@code deploy/observability} asks a process of the service. Debian's package {@code prometheus} has it. */
class PrometheusIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Path OBSERVABILITY = Path.of("deploy/observability").toAbsolutePath();

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private EmbeddedServers servers;
    private ServiceProcess service;
    private ExportClient api;
    private ChildProcess prometheus;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        if (Stream.of(System.getenv("PATH").split(":")).noneMatch(path -> Files.isExecutable(Path.of(path, "prometheus")))) {
            String needed = "this test needs prometheus 2.42 or later on the PATH";
            if (System.getenv("CI") != null) {
                throw new IllegalStateException(needed);
            }
            throw new TestAbortedException(needed);
        }
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        servers = EmbeddedServers.start(data);
        service = ServiceProcess.startQuickly(directory.resolve("service"), ServiceSettings.of(servers, data));
        api = new ExportClient(service.url(), data.accountKey());
        JsonNode monitor = new YAMLMapper().readTree(OBSERVABILITY.resolve("pod-monitor.yaml").toFile()).at("/spec/podMetricsEndpoints/0");
        Path config = directory.resolve("prometheus.yaml");
        new YAMLMapper().writeValue(config.toFile(), Map.of(
                "global", Map.of("scrape_interval", "1s", "evaluation_interval", "1s"),
                "rule_files", List.of(OBSERVABILITY.resolve("alerts.yaml").toString()),
                "scrape_configs", List.of(Map.of("job_name", "snapshot-export", "metrics_path", monitor.get("path").asText(),
                        "static_configs", List.of(Map.of("targets", List.of(service.url().getAuthority())))))));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        prometheus = ChildProcess.start("Prometheus", List.of("prometheus", "--config.file=" + config, "--web.listen-address=" + url.getAuthority(),
                "--storage.tsdb.path=" + directory.resolve("prometheus")), Map.of(), directory.resolve("prometheus.log"));
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.kill();
        }
        if (service != null) {
            service.kill();
        }
        if (servers != null) {
            servers.close();
        }
    }

    /** What it answers; nothing as long as it does not. */
    private JsonNode ask(String path) {
        try {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(url.resolve("/api/v1/" + path)).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode read = new ObjectMapper().readTree(answer.body());
            assertThat(read.path("status").asText()).as("%s: %s", path, answer.body()).isEqualTo("success");
            return read.get("data");
        } catch (IOException notYet) {
            throw new AssertionError(prometheus.logTail(), notYet);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private JsonNode query(String expression) {
        return ask("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).get("result");
    }

    private List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        ask("rules").get("groups").forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    @Test
    void takesWhatAProcessTellsAndItsAlertsAreSilentUntilTheProcessIsGone() throws IOException {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(query("up")).hasSize(1).allSatisfy(up -> assertThat(up.at("/value/1").asText()).isEqualTo("1"));
            assertThat(rules()).isNotEmpty().allSatisfy(rule -> assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok"));
        });

        JsonNode told = ask("metadata");
        MetricsPage.read().families("both").forEach((family, type) ->
                assertThat(told.at("/" + family + "/0/type").asText()).as(family).isEqualTo(type));
        assertThat(api.list()).isEmpty();
        // Statuses are told when there has been one: nothing was answered with 5xx.
        List<String> panels = new ObjectMapper().readTree(OBSERVABILITY.resolve("dashboard.json").toFile()).findValuesAsText("expr").stream()
                .filter(panel -> !panel.contains("status=~\"5..\"")).toList();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() ->
                assertThat(panels).isNotEmpty().filteredOn(panel -> query(panel.replace("$__rate_interval", "1m")).isEmpty()).isEmpty());
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(notSilent()).isEmpty());

        service.kill();

        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(notSilent()).containsExactly("SnapshotExportNoApi"));
    }

    /** Alerts that fire, or will if it stays so. */
    private List<String> notSilent() {
        return rules().stream().filter(rule -> !rule.get("state").asText().equals("inactive")).map(rule -> rule.get("name").asText()).toList();
    }
}
