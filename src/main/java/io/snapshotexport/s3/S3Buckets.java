package io.snapshotexport.s3;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;

/**
 * Opens buckets: finds out where they lie, whether data may go there, and whether it can be written. Made with the first export that a
 * process runs; thread-safe.
 */
@ApplicationScoped
public class S3Buckets implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(S3Buckets.class);
    private static final byte[] PERMISSION_PROOF = "This bucket can be written by Snapshot Export.\n".getBytes(StandardCharsets.UTF_8);

    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private final S3Config config;
    private S3Clients clients;
    private final UploadBuffers buffers;
    private final UploadCounts counts;
    private final S3RequestListener listener;

    public S3Buckets(S3Config config) {
        this(config, new UploadCounts(), (request, outcome, retries, took) -> { });
    }

    /**
     * @param counts   gets what becomes of uploads that are not completed
     * @param listener told of every request
     */
    @Inject
    public S3Buckets(S3Config config, UploadCounts counts, S3RequestListener listener) {
        this.config = config;
        this.listener = listener;
        this.counts = counts;
        this.buffers = new UploadBuffers(config.partSize());
        this.clients = new S3Clients(config, listener);
    }

    /**
     * Proves that an export may be written to its destination, by writing {@code .perms_validated.txt} there. Blocks.
     *
     * @param account     the one that asks, whose buckets may have to belong to a certain AWS account
     * @param regionGroup the one of the exported database, which says where the bucket may lie
     * @param guard       asked before every write, from now on, and ends all waiting
     * @throws PermanentExportException                            if there is no such bucket, it lies in a forbidden region, or it refuses
     * @throws io.snapshotexport.export.TransientExportException if S3 cannot say at the moment
     */
    public ExportBucket open(String account, S3Destination destination, RegionGroup regionGroup, WriteGuard guard) {
        S3Clients working = workingClients();
        String owner = config.expectedBucketOwners().get(account);
        String region = regionOf(destination.bucket(), owner, working, guard.stop());
        if (!regionGroup.allowsBucketIn(region)) {
            throw new PermanentExportException("The bucket " + shown(destination.bucket()) + " lies in the region `" + region
                    + "`, but databases of the region group `" + regionGroup.name() + "` are exported only to buckets in `"
                    + String.join("`, `", regionGroup.bucketRegions()) + "`; name a bucket there.");
        }
        ObjectKeys keys = new ObjectKeys(destination);
        BucketRequests untried = new BucketRequests(working.inRegion(region), destination, config, guard,
                new AppearingRequests(), working.connections().broken(), owner, true);
        BucketRequests requests = proven(untried, keys.permissionProof());
        LOG.infof("bucket opened: bucket=%s path=%s region=%s acl=%s",
                destination.bucket(), destination.keyPrefix(), region, requests.ownerControls());
        return new ExportBucket(requests, buffers, keys, destination, region, counts);
    }

    /** The bytes of memory that uploads have taken so far; see {@link UploadBuffers}. */
    public long bufferBytes() {
        return (long) buffers.allocated() * buffers.partSize();
    }

    @Override
    @PreDestroy
    public synchronized void close() {
        clients.close();
    }

    synchronized S3Clients workingClients() {
        if (clients.connections().broken().isDone()) {
            clients.close();
            clients = new S3Clients(config, listener);
        }
        return clients;
    }

    private static String regionOf(String bucket, String owner, S3Clients clients, CompletableFuture<Void> stop) {
        String answer;
        try {
            CompletableFuture<GetBucketLocationResponse> asked =
                    clients.anyRegion().getBucketLocation(location -> location.bucket(bucket).expectedBucketOwner(owner));
            CompletableFuture.anyOf(asked, stop).join();
            answer = asked.join().locationConstraintAsString();
        } catch (CompletionException failed) {
            throw S3Errors.of(failed, S3Operation.locate(bucket).ownedBy(owner));
        }
        // The oldest region is told as nothing, which some servers spell "null", and the oldest European one by a name of its own.
        if (answer == null || answer.isBlank() || answer.equals("null")) {
            return "us-east-1";
        }
        // It becomes a part of a host's name.
        if (!REGION.matcher(answer).matches()) {
            throw new PermanentExportException("The server of the bucket " + shown(bucket) + " says that it lies in " + shown(answer)
                    + ", which is no region; the operator has to look at the server that is configured as `snapshot-export.s3.endpoint`.");
        }
        return answer.equals("EU") ? "eu-west-1" : answer;
    }

    /** Writes the proof with the ACL, and without it where the bucket takes none. */
    private static BucketRequests proven(BucketRequests requests, String key) {
        try {
            CompletableFuture.anyOf(put(requests, key), requests.guard().stop()).join();
            return requests;
        } catch (CompletionException refused) {
            if (!S3Errors.mayBeForTheAcl(refused)) {
                requests.await(CompletableFuture.failedFuture(refused), key);
            }
        }
        BucketRequests withoutAcl = requests.withOwnerControls(false);
        withoutAcl.await(put(withoutAcl, key), key);
        return withoutAcl;
    }

    private static CompletableFuture<String> put(BucketRequests requests, String key) {
        ByteBuffer content = ByteBuffer.wrap(PERMISSION_PROOF);
        return requests.put(key, "text/plain", content, Crc32c.base64(Crc32c.of(content)));
    }
}
