package io.snapshotexport.s3;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How buckets are reached. Everything has a default, which is Amazon S3 with the default credential chain. */
@ConfigMapping(prefix = "snapshot-export.s3")
public interface S3Config {

    /** The server, for S3-compatible stores and VPC endpoints; Amazon S3 when absent. */
    Optional<URI> endpoint();

    /** The region asked first, and the one that requests are signed for when an endpoint is configured. */
    @WithDefault("us-east-1")
    String region();

    /** {@code http://host/bucket/key} rather than {@code http://bucket.host/key}. */
    @WithDefault("false")
    boolean pathStyle();

    /** Together with the secret; the default credential chain when absent. */
    Optional<String> accessKeyId();

    Optional<String> secretAccessKey();

    /** The ARN of a role that is assumed for all buckets, with the credentials above. */
    Optional<String> roleToAssume();

    /** What the role's trust policy asks for as {@code sts:ExternalId}. */
    Optional<String> externalId();

    /**
     * By account of this service: the AWS account that its buckets must belong to; S3 refuses every request for one that does not. Buckets
     * grant access to the service's role, not to an account: this is what keeps one tenant from naming another's bucket.
     */
    Map<String, @WithConverter(AwsAccountNumber.class) String> expectedBucketOwners();

    /** What every object is encrypted with. */
    @WithDefault("AES256")
    Encryption encryption();

    /** The key for {@code aws-kms}; the account's own for S3 when absent. */
    Optional<String> kmsKeyId();

    /** Bytes of a part, at least 5 MiB, and of each of the three buffers that an object needs while it is written. */
    @WithDefault("5242880")
    int partSize();

    /** Whether uploads carry the CRC32C of their bytes, so that the server checks them. By default to Amazon S3, not to other endpoints. */
    Optional<RequestChecksumCalculation> requestChecksumCalculation();

    /** Connections at one time; two for each object that is being written are enough. */
    @WithDefault("256")
    int maxConnections();

    /** For one try of one request, which is one part at most. */
    @WithDefault("60s")
    Duration attemptTimeout();

    /** For one request with all its repetitions. */
    @WithDefault("180s")
    Duration requestTimeout();

    /** Repetitions of a request after failures that may pass, with back-off. */
    @WithDefault("4")
    int retries();

    /** When uploads carry a checksum. The names are those of the AWS SDKs. */
    enum RequestChecksumCalculation {
        WHEN_SUPPORTED,
        WHEN_REQUIRED
    }
}
