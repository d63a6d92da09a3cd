package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.Datafiles;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.s3.ScriptedS3.Answer;
import io.snapshotexport.s3.ScriptedS3.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An account whose buckets must belong to a certain AWS account. Against a scripted server: S3Mock and S3Proxy know no owners and take no
 * notice of the header.
 */
class ExpectedBucketOwnerTest {

    private static final String OWNER = "123456789012";
    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));

    private static S3Buckets buckets(ScriptedS3 s3) {
        return new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(0).withBucketOwner("acme", OWNER));
    }

    private static String owner(Asked asked) {
        return asked.header().apply("x-amz-expected-bucket-owner");
    }

    /** Every kind of request that the service knows: where the bucket lies, small and large objects, and an upload that is given up. */
    private static void everything(ScriptedS3 s3, String account) {
        try (S3Buckets buckets = buckets(s3); ExportBucket bucket = buckets.open(account, DESTINATION, ANYWHERE, () -> { })) {
            try (ObjectWriter small = bucket.newCollectionFile("Small", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                small.write('[');
                small.complete();
            }
            try (ObjectWriter large = bucket.newCollectionFile("Large", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                large.write(new byte[S3TestConfig.PART_SIZE + 1]);
                large.complete();
            }
            try (ObjectWriter givenUp = bucket.newCollectionFile("GivenUp", 0, 0, Datafiles.DEFAULT, UploadListener.NONE)) {
                givenUp.write(new byte[S3TestConfig.PART_SIZE + 1]);
            }
        }
    }

    @Test
    void isNamedInEveryRequest() {
        try (ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well)) {
            everything(s3, "acme");

            assertThat(s3.asked()).extracting(Asked::method).contains("GET", "PUT", "POST", "DELETE");
            assertThat(s3.asked()).allSatisfy(asked -> assertThat(owner(asked)).as("%s", asked).isEqualTo(OWNER));
        }
    }

    @Test
    void isNamedInNoRequestOfAnotherAccount() {
        try (ScriptedS3 s3 = new ScriptedS3(ScriptedS3::well)) {
            everything(s3, "other");

            assertThat(s3.asked()).isNotEmpty().allSatisfy(asked -> assertThat(owner(asked)).isNull());
        }
    }

    @Test
    void ofABucketOfSomebodyElsesFailsTheExportBeforeAnythingIsWritten() {
        try (ScriptedS3 s3 = new ScriptedS3(asked -> owner(asked) == null ? ScriptedS3.well(asked) : Answer.error(403, "AccessDenied"));
                S3Buckets buckets = buckets(s3)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, () -> { })).isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("403 AccessDenied").hasMessageContaining("must also belong to the AWS account " + OWNER);
            assertThat(s3.asked()).hasSize(1);

            buckets.open("other", DESTINATION, ANYWHERE, () -> { }).close();
        }
    }

    @Test
    void isSaidWhereAWriteIsRefusedToo() {
        try (ScriptedS3 s3 = new ScriptedS3(asked -> asked.method().equals("GET") ? ScriptedS3.well(asked) : Answer.error(403, "AccessDenied"));
                S3Buckets buckets = buckets(s3)) {
            assertThatThrownBy(() -> buckets.open("acme", DESTINATION, ANYWHERE, () -> { })).isInstanceOf(PermanentExportException.class)
                    .hasMessageContaining("s3:PutObject").hasMessageContaining("must also belong to the AWS account " + OWNER);
        }
    }
}
