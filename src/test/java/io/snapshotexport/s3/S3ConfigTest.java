package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class S3ConfigTest {

    @Test
    void withoutAnyConfigurationItIsAmazonWithTheDefaultCredentialChain() {
        S3Config config = config(Map.of());

        assertThat(config.endpoint()).isEmpty();
        assertThat(config.region()).isEqualTo("us-east-1");
        assertThat(config.pathStyle()).isFalse();
        assertThat(config.accessKeyId()).isEmpty();
        assertThat(config.secretAccessKey()).isEmpty();
        assertThat(config.roleToAssume()).isEmpty();
        assertThat(config.externalId()).isEmpty();
        assertThat(config.encryption()).isEqualTo(Encryption.AES256);
        assertThat(config.kmsKeyId()).isEmpty();
        assertThat(config.partSize()).isEqualTo(5 << 20);
        assertThat(config.requestChecksumCalculation()).isEmpty();
        assertThat(config.maxConnections()).isEqualTo(256);
        assertThat(config.attemptTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.requestTimeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.retries()).isEqualTo(4);
        assertThat(config.expectedBucketOwners()).isEmpty();
    }

    @Test
    void everythingCanBeSet() {
        S3Config config = config(Map.of("endpoint", "http://127.0.0.1:9000", "path-style", "true", "encryption", "bucket-default",
                "request-checksum-calculation", "when-supported", "attempt-timeout", "5s", "part-size", "6291456"));

        assertThat(config.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
        assertThat(config.pathStyle()).isTrue();
        assertThat(config.encryption()).isEqualTo(Encryption.BUCKET_DEFAULT);
        assertThat(config.requestChecksumCalculation()).contains(S3Config.RequestChecksumCalculation.WHEN_SUPPORTED);
        assertThat(config.attemptTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.partSize()).isEqualTo(6 << 20);
        assertThat(config(Map.of("encryption", "AES256")).encryption()).isEqualTo(Encryption.AES256);
        assertThat(config(Map.of("encryption", "aws-kms")).encryption()).isEqualTo(Encryption.AWS_KMS);
    }

    @Test
    void ownersOfBucketsAreNamedByAccountAndMustBeNumbersOfAwsAccounts() {
        S3Config config = config(Map.of("expected-bucket-owners.acme", "123456789012", "expected-bucket-owners.\"a.b-c_d\"", "000000000001"));

        assertThat(config.expectedBucketOwners()).isEqualTo(Map.of("acme", "123456789012", "a.b-c_d", "000000000001"));
        for (String wrong : List.of("12345678901", "1234567890123", "12345678901x", "arn:aws:iam::123456789012:root")) {
            assertThatThrownBy(() -> config(Map.of("expected-bucket-owners.acme", wrong))).hasMessageContaining("expected-bucket-owners.acme")
                    .hasMessageContaining("`" + wrong + "`").hasMessageContaining("12 digits");
        }
    }

    private static S3Config config(Map<String, String> values) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(S3Config.class);
        values.forEach((name, value) -> builder.withDefaultValue("snapshot-export.s3." + name, value));
        return builder.build().getConfigMapping(S3Config.class);
    }
}
