package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on security says nothing that no test holds. */
class SecurityDocumentTest {

    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("@(?:Test|ParameterizedTest)\\b.*?\\bvoid (\\w+)\\(", Pattern.DOTALL);

    @Test
    void everyTestThatItNamesIsThere() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(SecurityPage.project().resolve("src/test/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        List<String> missing = new ArrayList<>();
        int count = 0;
        Matcher named = NAMED.matcher(SecurityPage.text());
        while (named.find()) {
            count++;
            String test = named.group(2);
            if (methods(sources.getOrDefault(named.group(1), "")).noneMatch(test::equals)) {
                missing.add(named.group());
            }
        }

        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(50);
    }

    private static Stream<String> methods(String source) {
        return METHOD.matcher(source).results().map(found -> found.group(1));
    }

    @Test
    void noClaimAboutAnAttackerStandsAlone() {
        String page = SecurityPage.text();
        String attackers = page.substring(page.indexOf("## A client without a key"), page.indexOf("## What each identity needs"));

        List<String> claims = Stream.of(attackers.split("\n(?=\\* |## )")).filter(block -> block.startsWith("* ")).toList();
        assertThat(claims).hasSizeGreaterThan(20).allSatisfy(claim -> assertThat(claim).containsPattern(NAMED));
    }

    @Test
    void theWorkersRoleHasTheActionsThatBucketsGrantAndTheRightToCleanUp() throws IOException {
        JsonNode policy = new ObjectMapper().readTree(SecurityPage.block("json worker-role"));
        List<String> actions = new ArrayList<>();
        policy.at("/Statement/0/Action").forEach(action -> actions.add(action.asText()));

        assertThat(policy.get("Statement")).hasSize(1);
        assertThat(actions).containsExactly("s3:GetBucketLocation", "s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload");
        JsonNode trust = new ObjectMapper().readTree(SecurityPage.block("json trust-policy"));
        assertThat(trust.at("/Statement/0/Action").asText()).isEqualTo("sts:AssumeRole");
        assertThat(trust.at("/Statement/0/Condition/StringEquals").has("sts:ExternalId")).isTrue();
    }
}
