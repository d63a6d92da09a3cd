package io.snapshotexport.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.snapshotexport.export.InvalidValueException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketGrantsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BucketGrants GRANTS = new BucketGrants(Optional.of("arn:aws:iam::209479277009:role/FaunaExport"));

    /** The policy of the public description, but for the names of its statements, with every list written as one. */
    @Test
    void aBucketWithAclsGrantsWhatThePublicDescriptionSays() throws Exception {
        assertThat((Object) JSON.valueToTree(GRANTS.policyOf("your-bucket", true))).isEqualTo(JSON.readTree("""
                {
                  "Version": "2012-10-17",
                  "Statement": [
                    {
                      "Sid": "SnapshotExportWrites",
                      "Effect": "Allow",
                      "Principal": {"AWS": "arn:aws:iam::209479277009:role/FaunaExport"},
                      "Action": ["s3:GetBucketLocation", "s3:PutObject"],
                      "Resource": ["arn:aws:s3:::your-bucket", "arn:aws:s3:::your-bucket/*"]
                    },
                    {
                      "Sid": "SnapshotExportGivesTheOwnerControl",
                      "Effect": "Allow",
                      "Principal": {"AWS": "arn:aws:iam::209479277009:role/FaunaExport"},
                      "Action": ["s3:PutObjectAcl"],
                      "Resource": ["arn:aws:s3:::your-bucket/*"],
                      "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
                    }
                  ]
                }"""));
    }

    @Test
    void aBucketWithoutAclsGrantsNothingAboutThem() throws Exception {
        assertThat(JSON.writeValueAsString(GRANTS.policyOf("your-bucket", false))).doesNotContain("Acl", "Condition", "null");
    }

    @Test
    void aBucketLiesInThePartitionOfTheRole() throws Exception {
        BucketGrants china = new BucketGrants(Optional.of("arn:aws-cn:iam::123456789012:role/path/Export"));

        assertThat(JSON.writeValueAsString(china.policyOf("your-bucket", true))).contains("\"arn:aws-cn:s3:::your-bucket/*\"")
                .doesNotContain("arn:aws:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Your-Bucket", "b", "a/b", "*", "a\"b", "192.168.0.1"})
    void whatIsNoBucketIsRefused(String bucket) {
        assertThatThrownBy(() -> GRANTS.policyOf(bucket, true)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("`bucket` is `" + bucket + "`");
    }

    @Test
    void withoutARoleTheOperatorIsNamedWhatToSet() {
        assertThatThrownBy(() -> new BucketGrants(Optional.empty()).policyOf("your-bucket", true)).isInstanceOf(ApiException.class)
                .hasMessageContaining("snapshot-export.bucket-policy.role");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SnapshotExport", "arn:aws:iam::1:role/X", "arn:aws:iam::123456789012:user/x", "arn:aws:iam::123456789012:role/*"})
    void whatIsNoRoleStopsTheStart(String role) {
        assertThatThrownBy(() -> new BucketGrants(Optional.of(role))).hasMessageContaining(role);
    }
}
