package io.snapshotexport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the owner of a bucket grants to the role of the workers, as a policy of the bucket: the three permissions of the public
 * description and no others. Its fields have the names that IAM gives them.
 */
@RegisterForReflection
@JsonPropertyOrder({"Version", "Statement"})
public record BucketPolicy(@JsonProperty("Version") String version, @JsonProperty("Statement") List<Statement> statements) {

    /** The version of IAM's language, not of this policy. */
    private static final String LANGUAGE = "2012-10-17";
    private static final String OWNER_HAS_CONTROL = "bucket-owner-full-control";

    /** One grant. The condition is absent where it is unconditional. */
    @RegisterForReflection
    @JsonPropertyOrder({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Statement(@JsonProperty("Sid") String sid, @JsonProperty("Effect") String effect,
                     @JsonProperty("Principal") Map<String, String> principal, @JsonProperty("Action") List<String> actions,
                     @JsonProperty("Resource") List<String> resources,
                     @JsonProperty("Condition") Map<String, Map<String, String>> condition) {
    }

    /**
     * @param role   the ARN of the role; its partition (aws, aws-cn, ...) is taken for the bucket's as well
     * @param bucket a valid name
     * @param acls   whether ACLs are enabled on the bucket
     */
    static BucketPolicy of(String role, String bucket, boolean acls) {
        String arn = "arn:" + role.split(":")[1] + ":s3:::" + bucket;
        String keys = arn + "/*";
        Map<String, String> principal = Map.of("AWS", role);
        List<Statement> statements = new ArrayList<>();
        statements.add(new Statement("SnapshotExportWrites", "Allow", principal, List.of("s3:GetBucketLocation", "s3:PutObject"),
                List.of(arn, keys), null));
        if (acls) {
            statements.add(new Statement("SnapshotExportGivesTheOwnerControl", "Allow", principal, List.of("s3:PutObjectAcl"),
                    List.of(keys), Map.of("StringEquals", Map.of("s3:x-amz-acl", OWNER_HAS_CONTROL))));
        }
        return new BucketPolicy(LANGUAGE, statements);
    }
}
