package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The role that a platform gives to a service account (IRSA): a token in a file, and the name of a role that STS gives credentials of for it.
 * STS answers as it is documented to.
 */
class WebIdentityTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/SnapshotExport";
    private static final String TOKEN = "the.token.of-the-service-account";
    private static final String ANSWER = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <AssumedRoleUser>
                  <Arn>arn:aws:sts::123456789012:assumed-role/SnapshotExport/a-session</Arn>
                  <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:a-session</AssumedRoleId>
                </AssumedRoleUser>
                <Credentials>
                  <SessionToken>the-session-token</SessionToken>
                  <SecretAccessKey>the-secret</SecretAccessKey>
                  <Expiration>2099-01-01T00:00:00Z</Expiration>
                  <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>""";
    /** As system properties, because a process cannot change its environment; the SDK takes either. */
    private static final List<String> PROPERTIES = List.of("aws.roleArn", "aws.webIdentityTokenFile", "aws.endpointUrlSts", "aws.region");

    @TempDir
    Path directory;

    @AfterEach
    void forget() {
        PROPERTIES.forEach(System::clearProperty);
    }

    @Test
    void requestsAreSignedByTheRoleOfTheServiceAccount() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), TOKEN);
        try (ScriptedS3 sts = new ScriptedS3(asked -> new ScriptedS3.Answer(200, ANSWER, "Content-Type", "text/xml"));
                ScriptedS3 s3 = new ScriptedS3(asked -> asked.isFor("GET", "location") ? ScriptedS3.Answer.location("") : ScriptedS3.Answer.OK)) {
            System.setProperty("aws.roleArn", ROLE);
            System.setProperty("aws.webIdentityTokenFile", token.toString());
            System.setProperty("aws.endpointUrlSts", sts.endpoint().toString());
            // The platform tells this as well; without it the SDK would ask the global STS.
            System.setProperty("aws.region", "us-east-1");

            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "", "", Encryption.AES256).withCredentialsOfThePlatform());
                    ExportBucket bucket = buckets.open("acme", new S3Destination("shop", "path"), new RegionGroup("us-std", List.of("*")), () -> { })) {
                assertThat(bucket.region()).isEqualTo("us-east-1");
            }

            assertThat(sts.asked()).singleElement().satisfies(asked -> assertThat(asked.uri() + asked.body())
                    .contains("AssumeRoleWithWebIdentity", URLEncoder.encode(ROLE, StandardCharsets.UTF_8), TOKEN));
            assertThat(s3.asked()).isNotEmpty().allSatisfy(asked -> {
                assertThat(asked.header().apply("x-amz-security-token")).isEqualTo("the-session-token");
                assertThat(asked.header().apply("authorization")).contains("Credential=ASgeIAIOSFODNN7EXAMPLE/");
            });
        }
    }
}
