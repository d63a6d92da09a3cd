package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.RestAssured;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.restassured.specification.RequestSpecification;
import io.snapshotexport.contract.ResponseContract;
import io.snapshotexport.local.DataDirectory;
import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.local.ExportClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** What tests need of the system around the service, and the calls that every user makes. */
public final class TestSystem {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedServers servers;
    private final DataDirectory directory;

    TestSystem(EmbeddedServers servers, DataDirectory directory) {
        this.servers = servers;
        this.directory = directory;
        RestAssured.replaceFiltersWith(TestSystem::checkedAgainstTheContract);
    }

    /** Every answer that a system test gets is held against the API's document. */
    private static Response checkedAgainstTheContract(FilterableRequestSpecification request, FilterableResponseSpecification expected,
                                                      FilterContext context) {
        Response response = context.next(request, expected);
        ResponseContract.check(request.getMethod(), URI.create(request.getURI()).getPath(), response.statusCode(), response::getHeader,
                response.asString());
        return response;
    }

    EmbeddedServers servers() {
        return servers;
    }

    String accountKey() {
        return directory.accountKey();
    }

    /** A request with the account key. */
    RequestSpecification asUser() {
        return given().header("Authorization", "Bearer " + accountKey());
    }

    /** Makes a database in the source and fills it. */
    void createDatabase(String name, String... statements) {
        servers.postgres().createDatabase(name);
        execute(name, statements);
    }

    void execute(String database, String... statements) {
        try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(servers.postgres().jdbcUrl(database));
    }

    /** A request for an export into a path of the test's own. */
    static ObjectNode request(String database, String format, String path, String... collections) {
        ObjectNode request = ExportClient.request(database, format, EmbeddedServers.BUCKET, path);
        if (collections.length > 0) {
            List.of(collections).forEach(request.putArray("collections")::add);
        }
        return request;
    }

    JsonNode create(ObjectNode request) {
        return read(asUser().contentType("application/json").body(request.toString()).post("/v2/exports")
                .then().statusCode(201).extract().asString());
    }

    JsonNode get(String id) {
        return read(asUser().get("/v2/exports/" + id).then().statusCode(200).extract().asString());
    }

    JsonNode awaitEnd(String id) {
        return await("export " + id).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> get(id), export -> export.get("is_terminal").asBoolean());
    }

    /** Runs an export to its end, which must be a good one. */
    JsonNode export(ObjectNode request) {
        JsonNode export = awaitEnd(create(request).get("id").asText());
        assertThat(export.get("state").asText()).as("%s", export).isEqualTo("Complete");
        return export;
    }

    static JsonNode read(String json) {
        try {
            JsonNode body = JSON.readTree(json);
            return body.has("response") ? body.get("response") : body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A directory of the bucket, as it lies on the disk of the S3 server. */
    Path inBucket(String path) {
        return directory.s3().resolve(EmbeddedServers.BUCKET).resolve(path);
    }

    JsonNode manifest(String path) {
        return readFile(inBucket(path).resolve("manifest.json"));
    }

    static JsonNode readFile(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The collection files in the order of their names, which is the order of the documents. */
    List<Path> files(String path, String collection) {
        Path folder = inBucket(path).resolve("collections").resolve(collection);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> documents(String path, String collection) {
        List<JsonNode> documents = new ArrayList<>();
        files(path, collection).forEach(file -> readFile(file).forEach(documents::add));
        return documents;
    }

    /** How many records have ever been written to the topic. */
    long records(String topic) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafka().bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> ends = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                    .collect(Collectors.toMap(partition -> new TopicPartition(topic, partition.partition()), partition -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream().mapToLong(end -> end.offset()).sum();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Settings of a plain Kafka client. */
    Properties kafka() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers.kafka().bootstrapServers());
        return properties;
    }
}
