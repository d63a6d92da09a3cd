package io.snapshotexport.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code target/local/env}: KEY=value lines for scripts, values as they are, there as long as the local mode serves. */
final class EnvironmentFile implements AutoCloseable {

    private final Path file;

    private EnvironmentFile(Path file) {
        this.file = file;
    }

    static EnvironmentFile write(Path file, URI api, EmbeddedServers servers, SampleShop shop, DataDirectory directory) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("API_URL", api.toString());
        values.put("ACCOUNT_KEY", directory.accountKey());
        values.put("KAFKA_BOOTSTRAP_SERVERS", servers.kafka().bootstrapServers());
        values.put("STORE_URL", servers.postgres().jdbcUrl(EmbeddedServers.STORE_DATABASE));
        values.put("SOURCE_URL", shop.jdbcUrl());
        values.put("S3_ENDPOINT", servers.s3().endpoint().toString());
        values.put("S3_ACCESS_KEY", servers.s3().accessKey());
        values.put("S3_SECRET_KEY", servers.s3().secretKey());
        values.put("S3_BUCKET", EmbeddedServers.BUCKET);
        values.put("S3_DIRECTORY", directory.s3().toString());
        StringBuilder lines = new StringBuilder();
        values.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
        try {
            PrivateFile.write(file, lines.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EnvironmentFile(file);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
