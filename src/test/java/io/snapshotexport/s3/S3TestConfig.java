package io.snapshotexport.s3;

import io.snapshotexport.embedded.S3MockServer;
import io.snapshotexport.embedded.S3ProxyServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The configuration that a test's server wants; everything else as by default, but quicker to give up. */
record S3TestConfig(Optional<URI> endpoint, Optional<String> accessKeyId, Optional<String> secretAccessKey, Optional<String> roleToAssume,
                    Optional<String> externalId, Encryption encryption, int partSize,
                    Optional<RequestChecksumCalculation> requestChecksumCalculation, int retries,
                    Map<String, String> expectedBucketOwners, Duration attemptTimeout) implements S3Config {

    static final int PART_SIZE = UploadBuffers.MIN_PART_SIZE;

    static S3TestConfig of(S3ProxyServer server) {
        return of(server.endpoint(), server.accessKey(), server.secretKey(), Encryption.BUCKET_DEFAULT);
    }

    /** Amazon S3, of which a test redirects the SDK to a server of its own. */
    static S3TestConfig ofAmazon(String accessKey, String secretKey) {
        return new S3TestConfig(Optional.empty(), Optional.of(accessKey), Optional.of(secretKey), Optional.empty(), Optional.empty(),
                Encryption.AES256, PART_SIZE, Optional.empty(), 2, Map.of(), Duration.ofSeconds(20));
    }

    static S3TestConfig of(S3MockServer server) {
        return of(server.endpoint(), "any", "any", Encryption.AES256);
    }

    static S3TestConfig of(URI endpoint, String accessKey, String secretKey, Encryption encryption) {
        return new S3TestConfig(Optional.of(endpoint), Optional.of(accessKey), Optional.of(secretKey), Optional.empty(), Optional.empty(),
                encryption, PART_SIZE, Optional.empty(), 2, Map.of(), Duration.ofSeconds(20));
    }

    S3TestConfig withCredentialsOfThePlatform() {
        return new S3TestConfig(endpoint, Optional.empty(), Optional.empty(), roleToAssume, externalId, encryption, partSize,
                requestChecksumCalculation, retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withSecret(String secret) {
        return new S3TestConfig(endpoint, accessKeyId, Optional.ofNullable(secret), roleToAssume, externalId, encryption, partSize,
                requestChecksumCalculation, retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withRole(String role, String external) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, Optional.of(role), Optional.of(external), encryption, partSize,
                requestChecksumCalculation, retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withEncryption(Encryption wanted) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, wanted, partSize,
                requestChecksumCalculation, retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withPartSize(int bytes) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, encryption, bytes,
                requestChecksumCalculation, retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withChecksums() {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, encryption, partSize,
                Optional.of(RequestChecksumCalculation.WHEN_SUPPORTED), retries, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withRetries(int count) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, encryption, partSize,
                requestChecksumCalculation, count, expectedBucketOwners, attemptTimeout);
    }

    S3TestConfig withBucketOwner(String account, String awsAccount) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, encryption, partSize,
                requestChecksumCalculation, retries, Map.of(account, awsAccount), attemptTimeout);
    }

    S3TestConfig withAttemptTimeout(Duration timeout) {
        return new S3TestConfig(endpoint, accessKeyId, secretAccessKey, roleToAssume, externalId, encryption, partSize,
                requestChecksumCalculation, retries, expectedBucketOwners, timeout);
    }

    @Override
    public String region() {
        return "us-east-1";
    }

    @Override
    public boolean pathStyle() {
        return true;
    }

    @Override
    public Optional<String> kmsKeyId() {
        return Optional.empty();
    }

    @Override
    public int maxConnections() {
        return 50;
    }

    @Override
    public Duration requestTimeout() {
        return Duration.ofSeconds(60);
    }
}
