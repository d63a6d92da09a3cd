package io.snapshotexport.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3ProxyServerTest {

    /** Shared, because each takes two seconds to close. */
    private static final SdkAsyncHttpClient HTTP = NettyNioAsyncHttpClient.create();

    @TempDir
    Path directory;

    @AfterAll
    static void closeConnections() {
        HTTP.close();
    }

    @Test
    void objectsArePlainFilesAndSurviveARestart() {
        try (S3ProxyServer server = S3ProxyServer.start(directory.resolve("s3"))) {
            server.createBucket("shop");
            server.createBucket("shop");

            try (S3AsyncClient client = client(server, server.secretKey())) {
                client.putObject(put -> put.bucket("shop").key("a/b.json"), AsyncRequestBody.fromString("[1]")).join();
            }
        }

        assertThat(directory.resolve("s3/shop/a/b.json")).hasContent("[1]");
        try (S3ProxyServer server = S3ProxyServer.start(directory.resolve("s3"));
                S3AsyncClient client = client(server, server.secretKey())) {
            server.createBucket("shop");
            assertThat(client.headObject(head -> head.bucket("shop").key("a/b.json")).join().contentLength()).isEqualTo(3);
        }
    }

    @Test
    void aWrongSecretIsRefused() {
        try (S3ProxyServer server = S3ProxyServer.start(directory); S3AsyncClient client = client(server, "wrong")) {
            server.createBucket("shop");

            assertThatThrownBy(() -> client.putObject(put -> put.bucket("shop").key("a"), AsyncRequestBody.fromString("[1]")).join())
                    .hasCauseInstanceOf(S3Exception.class)
                    .hasMessageContaining("signature");
        }
    }

    private static S3AsyncClient client(S3ProxyServer server, String secret) {
        return S3AsyncClient.builder()
                .endpointOverride(server.endpoint())
                .forcePathStyle(true)
                .httpClient(HTTP)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(server.accessKey(), secret)))
                .build();
    }
}
