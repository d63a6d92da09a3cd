package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.InvalidValueException;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** {@code /v2/bucket-policy}: what to put on a bucket before the first export into it. Says nothing of the bucket itself. */
@Path("/v2/bucket-policy")
@Produces(MediaType.APPLICATION_JSON)
public class BucketPolicyResource {

    private final BucketGrants grants;

    @Inject
    BucketPolicyResource(BucketGrants grants) {
        this.grants = grants;
    }

    @GET
    public Envelope<BucketPolicy> get(@QueryParam("bucket") String bucket, @QueryParam("acl") String acl) {
        if (bucket == null) {
            throw new InvalidValueException("bucket", "`bucket` is missing; use `?bucket=your-bucket`.");
        }
        if (acl != null && !acl.equals("true") && !acl.equals("false")) {
            throw new InvalidValueException("acl", "`acl` is " + shown(acl)
                    + "; use `true` where ACLs are enabled on the bucket, or `false`.");
        }
        return new Envelope<>(grants.policyOf(bucket, !"false".equals(acl)));
    }
}
