package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.snapshotexport.embedded.TestClassPath;
import io.snapshotexport.system.FinishedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dashboard and alerts speak of metrics that exist, in words that Prometheus and Grafana understand. */
class ObservabilityTest {

    private static final Path ALERTS = Path.of("deploy/observability/alerts.yaml");
    private static final Path SHOWN = Path.of("deploy/observability/alerts_test.yaml");
    private static final Path DASHBOARD = Path.of("deploy/observability/dashboard.json");
    private static final Path RUNBOOK = Path.of("deploy/RUNBOOK.md");
    private static final MetricsPage PAGE = MetricsPage.read();

    private static List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        new YAMLMapper().readTree(ALERTS.toFile()).get("groups").forEach(group -> group.get("rules").forEach(alerts::add));
        return alerts;
    }

    private static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        new ObjectMapper().readTree(DASHBOARD.toFile()).get("panels").forEach(panels::add);
        return panels.stream().filter(panel -> !panel.get("type").asText().equals("row")).toList();
    }

    private static List<String> dashboardExpressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        panels().forEach(panel -> panel.get("targets").forEach(target -> expressions.add(target.get("expr").asText())));
        return expressions;
    }

    /** Series, labels and values. */
    private static void exists(String expression) {
        PromQl parsed = PromQl.parse(expression);
        assertThat(parsed.selectors()).as(expression).isNotEmpty();
        Set<String> labels = new HashSet<>();
        for (PromQl.Selector selector : parsed.selectors()) {
            assertThat(PAGE.series()).as(expression).containsKey(selector.series());
            Set<String> known = PAGE.series().get(selector.series());
            labels.addAll(known);
            for (PromQl.Matching condition : selector.matchers()) {
                assertThat(known).as(expression).contains(condition.label());
                for (String value : condition.value().split("\\|")) {
                    assertThat(PAGE.rowOf(selector.series()).allows(condition.label(), value)).as("%s=%s in %s", condition.label(), value, expression)
                            .isTrue();
                }
            }
        }
        assertThat(labels).as(expression).containsAll(parsed.grouping());
    }

    @Test
    void alertsAskForWhatExists() throws IOException {
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> exists(alert.get("expr").asText()));
    }

    @Test
    void theDashboardAsksForWhatExistsAndShowsEveryMetric() throws IOException {
        assertThat(dashboardExpressions()).isNotEmpty().allSatisfy(ObservabilityTest::exists);
        Set<String> shown = dashboardExpressions().stream().flatMap(expression -> PromQl.parse(expression).selectors().stream())
                .map(selector -> PAGE.rowOf(selector.series()).name()).collect(Collectors.toSet());
        assertThat(shown).containsExactlyInAnyOrderElementsOf(PAGE.rows().stream().map(MetricsPage.Row::name).toList());
    }

    /** What every process tells for all, added up, would be as many times too large as there are processes. */
    @Test
    void whatEveryApiProcessTellsForAllIsNeverAddedUp() throws IOException {
        Set<String> shared = PAGE.rows().stream().filter(row -> row.type().equals("gauge") && row.role().equals("api"))
                .map(MetricsPage.Row::name).collect(Collectors.toSet());
        List<String> expressions = new ArrayList<>(dashboardExpressions());
        alerts().forEach(alert -> expressions.add(alert.get("expr").asText()));
        for (String expression : expressions) {
            for (String name : shared) {
                assertThat(expression).doesNotContainPattern("\\b(sum|count|avg)\\s*((by|without)\\s*\\([^)]*\\)\\s*)?\\(\\s*" + name);
            }
        }
    }

    @Test
    void everyAlertSaysHowUrgentItIsAndWhatToDo() throws IOException {
        List<String> sections = Pages.sections(RUNBOOK);
        assertThat(alerts()).extracting(alert -> alert.get("alert").asText()).doesNotHaveDuplicates();
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(alert.at("/labels/severity").asText()).isIn("page", "ticket");
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
            String[] runbook = alert.at("/annotations/runbook").asText().split("#");
            assertThat(runbook[0]).isEqualTo(RUNBOOK.toString());
            assertThat(sections).contains(runbook[1]);
        });
    }

    /** Whoever reads the runbook finds there what woke him. */
    @Test
    void theRunbookNamesEveryAlertInItsSection() throws IOException {
        String[] sections = Files.readString(RUNBOOK).split("(?m)^(?=## )");
        for (JsonNode alert : alerts()) {
            String wanted = alert.at("/annotations/runbook").asText().split("#")[1];
            assertThat(sections).filteredOn(section -> section.startsWith("## ") && Pages.anchor(section.lines().findFirst().orElseThrow()).equals(wanted))
                    .as(wanted).singleElement().satisfies(section -> assertThat(section).contains("`" + alert.get("alert").asText() + "`"));
        }
    }

    @Test
    void everyPageNamesMetricsThatExist() throws IOException {
        Set<String> roles = Manifests.of("production").stream(CustomResources.Cluster.class).flatMap(store -> store.spec().managed().roles().stream())
                .map(CustomResources.Cluster.Role::name).collect(Collectors.toSet());
        for (Path document : Pages.all()) {
            TreeSet<String> named = Pattern.compile("\\bsnapshot_export_[a-z0-9_]+").matcher(Files.readString(document))
                    .results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
            named.removeAll(roles);
            // What a timer or histogram is called before its series are.
            PAGE.rows().forEach(row -> named.remove(row.name()));
            assertThat(PAGE.series().keySet()).as(document.toString()).containsAll(named);
        }
    }

    @Test
    void theDashboardCanBeImported() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(dashboard.at("/templating/list/0/name").asText()).isEqualTo("datasource");
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        List<Integer> ids = new ArrayList<>();
        dashboard.get("panels").forEach(panel -> ids.add(panel.get("id").asInt()));
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(panels()).allSatisfy(panel -> {
            assertThat(panel.get("title").asText()).isNotBlank();
            assertThat(panel.get("description").asText()).isNotBlank();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            panel.get("targets").forEach(target -> assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}"));
        });
    }

    @Test
    void prometheusTakesTheAlerts() {
        isFine(Promtool.run("check", "rules", ALERTS.toString()));
    }

    /** As rules, because that is what it checks. */
    @Test
    void prometheusTakesTheExpressionsOfTheDashboard() throws IOException {
        List<Map<String, String>> rules = new ArrayList<>();
        for (String expression : dashboardExpressions()) {
            rules.add(Map.of("record", "panel:" + rules.size(), "expr", expression.replace("$__rate_interval", "5m")));
        }
        Path file = TestClassPath.buildDirectory().resolve("dashboard-rules.yaml");
        new YAMLMapper().writeValue(file.toFile(), Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules))));
        isFine(Promtool.run("check", "rules", file.toString()));
    }

    @Test
    void alertsFireWhenTheyShould() {
        isFine(Promtool.run("test", "rules", SHOWN.toString()));
    }

    @Test
    void everyAlertIsShownToFireAndToBeSilent() throws IOException {
        Set<String> fire = new HashSet<>();
        Set<String> silent = new HashSet<>();
        new YAMLMapper().readTree(SHOWN.toFile()).get("tests").forEach(scene -> scene.get("alert_rule_test").forEach(shown ->
                (shown.get("exp_alerts").isEmpty() ? silent : fire).add(shown.get("alertname").asText())));

        List<String> alerts = alerts().stream().map(alert -> alert.get("alert").asText()).toList();
        assertThat(fire).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts);
    }

    private static void isFine(FinishedProcess judged) {
        assertThat(judged.exitCode()).as(judged.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "production"})
    void podsSayWhereTheirMetricsAre(String overlay) throws IOException {
        Manifests monitor = Manifests.read(Files.readString(Path.of("deploy/observability/pod-monitor.yaml")));
        CustomResources.PodMonitor.Spec spec = monitor.all(CustomResources.PodMonitor.class).get(0).spec();

        assertThat(Manifests.of(overlay).all(Deployment.class)).hasSize(2).allSatisfy(deployment -> {
            var pod = deployment.getSpec().getTemplate();
            var port = pod.getSpec().getContainers().get(0).getPorts().get(0);
            assertThat(pod.getMetadata().getAnnotations())
                    .containsEntry("prometheus.io/scrape", "true")
                    .containsEntry("prometheus.io/path", "/q/metrics")
                    .containsEntry("prometheus.io/port", port.getContainerPort().toString());
            assertThat(pod.getMetadata().getLabels()).containsAllEntriesOf(spec.selector().getMatchLabels());
            assertThat(spec.podMetricsEndpoints()).singleElement().satisfies(endpoint -> {
                assertThat(endpoint.port()).isEqualTo(port.getName());
                assertThat(endpoint.path()).isEqualTo("/q/metrics");
            });
        });
    }
}
