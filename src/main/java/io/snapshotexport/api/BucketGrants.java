package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.quarkus.runtime.Startup;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.S3Destination;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Knows the role that buckets have to grant access to. A role that is none stops the start. */
@Startup
@ApplicationScoped
public class BucketGrants {

    static final String ROLE_KEY = "snapshot-export.bucket-policy.role";
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}");

    private final Optional<String> role;

    @Inject
    BucketGrants(@ConfigProperty(name = ROLE_KEY) Optional<String> role) {
        role.filter(arn -> !ROLE.matcher(arn).matches()).ifPresent(arn -> {
            throw new IllegalStateException(ROLE_KEY + " is " + shown(arn)
                    + ", which is no ARN of an IAM role; set it to one such as `arn:aws:iam::123456789012:role/SnapshotExport`.");
        });
        this.role = role;
    }

    /**
     * The policy that a bucket needs for exports into it.
     *
     * @param acls whether ACLs are enabled on the bucket
     * @throws InvalidValueException if that cannot be a bucket's name
     * @throws ApiException          if no role is configured
     */
    public BucketPolicy policyOf(String bucket, boolean acls) {
        S3Destination.checkBucket("bucket", bucket);
        return BucketPolicy.of(role.orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND,
                "There is no role that a bucket could grant access to; the operator has to set `" + ROLE_KEY + "`.")), bucket, acls);
    }
}
