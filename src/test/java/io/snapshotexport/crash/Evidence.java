package io.snapshotexport.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.local.EmbeddedServers;
import io.snapshotexport.system.TopicRecords;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** What can be seen of an export in the middle of it, in the topics, the bucket and the source, past all proxies. Not thread-safe. */
final class Evidence implements AutoCloseable {

    private static final Pattern ATTEMPT = Pattern.compile("\"attempt\":(\\d+)");
    private static final Pattern PATH = Pattern.compile("\"path\":\"([^\"]+)\"");

    private final CrashSystem system;
    private final TopicRecords topics;
    private final UUID requestsTopic;
    private final SdkAsyncHttpClient http = NettyNioAsyncHttpClient.create();
    private final S3AsyncClient s3;

    Evidence(CrashSystem system) {
        this.system = system;
        this.topics = new TopicRecords(system.kafkaConnection());
        this.s3 = S3AsyncClient.builder().httpClient(http).endpointOverride(URI.create(system.s3().endpoint().toString()))
                .forcePathStyle(true).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(system.s3().accessKey(), system.s3().secretKey())))
                .build();
        // The first request takes long, and the moments of scenarios are short.
        openUploads();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.bootstrapServers()))) {
            Uuid id = admin.describeTopics(List.of("export-requests")).allTopicNames().get().get("export-requests").topicId();
            requestsTopic = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    UUID requestsTopic() {
        return requestsTopic;
    }

    private long count(String topic, String path, String text) {
        return values(topic).filter(value -> value.contains("\"" + path + "\"") && value.contains(text)).count();
    }

    private Stream<String> values(String topic) {
        return topics.all(topic).stream().filter(record -> record.value() != null).map(record -> TopicRecords.text(record.value()));
    }

    /** Whoever was promised an export has one. */
    void everyPathIsAskedForOnce(Collection<String> promised) {
        List<String> requests = values("export-requests").map(PATH::matcher).filter(Matcher::find).map(path -> path.group(1)).toList();
        assertThat(requests).filteredOn(promised::contains).doesNotHaveDuplicates().hasSameSizeAs(promised);
    }

    /** As the store says, which may not have heard yet of the last ones. */
    long unfinishedExports() {
        try (Connection connection = system.connectToStore(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM export WHERE state IN ('Pending', 'InProgress')")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No API process has put the export into the store. */
    void isNotStored(String path) {
        try (Connection connection = system.connectToStore();
                PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM export WHERE path = ?")) {
            statement.setString(1, path);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                assertThat(row.getLong(1)).as("rows of " + path).isZero();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void recordsOf(String path, int count) {
        assertThat(count("export-requests", path, "")).as("records that ask for " + path).isEqualTo(count);
    }

    void retriesOf(String path, int count) {
        assertThat(count("export-retries", path, "")).as("records that hand out " + path).isEqualTo(count);
    }

    /** The first attempt of its export whose reports tell of that multipart upload. */
    OptionalInt firstAttemptThatTellsOf(String uploadId) {
        return values("export-states").filter(state -> state.contains("\"upload_id\":\"" + uploadId + "\""))
                .map(ATTEMPT::matcher).filter(Matcher::find).mapToInt(attempt -> Integer.parseInt(attempt.group(1))).min();
    }

    void statesOf(String path, int count) {
        assertThat(count("export-states", path, "")).as("reports on " + path).isEqualTo(count);
    }

    void isReported(String path, String state) {
        assertThat(count("export-states", path, "\"state\":\"" + state + "\"")).as(path).isPositive();
    }

    void isNotReported(String path, String state) {
        assertThat(count("export-states", path, "\"state\":\"" + state + "\"")).as(path).isZero();
    }

    private Path directory(String path) {
        return system.data().s3().resolve(EmbeddedServers.BUCKET).resolve(path);
    }

    void hasManifest(String path) {
        assertThat(directory(path).resolve("manifest.json")).exists();
    }

    void hasNoManifest(String path) {
        assertThat(directory(path).resolve("manifest.json")).doesNotExist();
    }

    void hasFiles(String path) {
        assertThat(directory(path).resolve("collections")).isNotEmptyDirectory();
    }

    /** And the log tells of it: the next attempt will. */
    void hasOpenUpload(String path) {
        assertThat(openUploads()).as("open uploads that reports tell of")
                .anyMatch(upload -> upload.key().startsWith(path + "/") && firstAttemptThatTellsOf(upload.uploadId()).isPresent());
    }

    boolean isEmpty(MultipartUpload upload) {
        return s3.listParts(list -> list.bucket(EmbeddedServers.BUCKET).key(upload.key()).uploadId(upload.uploadId())).join().parts().isEmpty();
    }

    /** As the server tells whoever may ask. */
    List<MultipartUpload> openUploads() {
        return s3.listMultipartUploads(list -> list.bucket(EmbeddedServers.BUCKET)).join().uploads();
    }

    /** A lane is in the middle of reading a table. */
    void isCopying() {
        try (Connection connection = system.ledger().connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'snapshot-export%'"
                        + " AND state = 'active' AND query ILIKE '%copy%'")) {
            row.next();
            assertThat(row.getLong(1)).as("lanes that read").isPositive();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How far workers and projector have read, for messages. */
    String queues() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.bootstrapServers()))) {
            StringBuilder text = new StringBuilder("workers: " + admin
                    .listShareGroupOffsets(Map.of("snapshot-export-workers", new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo("snapshot-export-workers").get());
            for (String topic : List.of("requests", "retries", "states")) {
                Map<TopicPartition, OffsetAndMetadata> read =
                        admin.listConsumerGroupOffsets("snapshot-export-store-" + topic).partitionsToOffsetAndMetadata().get();
                text.append("\nprojector of ").append(topic).append(": ");
                read.forEach((partition, offset) -> text.append(partition.partition()).append('=').append(offset.offset()).append(' '));
                text.append("of ").append(admin.listOffsets(read.keySet().stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()))).all().get().entrySet().stream()
                        .map(end -> end.getKey().partition() + "=" + end.getValue().offset()).sorted().toList());
            }
            return text.toString();
        } catch (ExecutionException e) {
            return "Kafka does not tell: " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        topics.close();
        s3.close();
        http.close();
    }
}
