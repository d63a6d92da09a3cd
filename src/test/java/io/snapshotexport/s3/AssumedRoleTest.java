package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.s3.ScriptedS3.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The role that workers assume, as STS is documented to grant or refuse it. */
class AssumedRoleTest {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final WriteGuard ALWAYS = () -> { };

    @Test
    void aRoleIsAssumedAndSignedFor() {
        String credentials = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
                + "<AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token</SessionToken>"
                + "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
        try (ScriptedS3 sts = new ScriptedS3(request -> new Answer(200, credentials, "Content-Type", "text/xml"));
                ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well)) {
            System.setProperty("aws.endpointUrlSts", sts.endpoint().toString());
            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "own", "own", Encryption.AES256)
                    .withRole("arn:aws:iam::123456789012:role/exporter", "ext-1"));
                    ExportBucket bucket = buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS)) {
                assertThat(bucket.region()).isEqualTo("us-east-1");
            } finally {
                System.clearProperty("aws.endpointUrlSts");
            }

            assertThat(sts.asked()).hasSize(1);
            assertThat(sts.asked().get(0).body()).contains("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fexporter",
                    "ExternalId=ext-1");
            assertThat(s3.asked()).allMatch(asked -> asked.header().apply("Authorization").contains("Credential=ASSUMED/")
                    && "token".equals(asked.header().apply("x-amz-security-token")));
        }
    }

    @Test
    void aRoleThatMayNotBeAssumedIsTheOperatorsAffair() {
        String refusal = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                + "<Type>Sender</Type><Code>AccessDenied</Code>"
                + "<Message>no</Message></Error></ErrorResponse>";
        try (ScriptedS3 sts = new ScriptedS3(request -> new Answer(403, refusal, "Content-Type", "text/xml"));
                ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well)) {
            System.setProperty("aws.endpointUrlSts", sts.endpoint().toString());
            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "own", "own", Encryption.AES256)
                    .withRole("arn:aws:iam::123456789012:role/exporter", "ext-1"))) {
                assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, ALWAYS))
                        .isInstanceOf(PermanentExportException.class)
                        .hasMessageContaining("role");
            } finally {
                System.clearProperty("aws.endpointUrlSts");
            }
        }
    }
}
