package io.snapshotexport.s3;

import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The requests that write an export's objects, each with what section 5 of the file format says it carries, and each asking the guard
 * first. Thread-safe.
 *
 * @param client        talks to the bucket's region
 * @param destination   the bucket and path
 * @param config        encryption and checksums
 * @param guard         whether this writer still may
 * @param appearing     keeps those that make an object appear until they are answered
 * @param broken        fails when the client's connections have become useless
 * @param owner         the AWS account that the bucket must belong to; null for any
 * @param ownerControls whether objects carry {@code x-amz-acl: bucket-owner-full-control}
 */
record BucketRequests(S3AsyncClient client, S3Destination destination, S3Config config, WriteGuard guard, AppearingRequests appearing,
                      CompletableFuture<Void> broken, String owner, boolean ownerControls) {

    /** How much of a part goes to the connection at a time: what Netty has in its own buffers stays a small multiple of this. */
    private static final int SLICE = 128 * 1024;
    /** With the time for parts on their way, less than a worker that stops has. */
    private static final Duration ABORT_TIMEOUT = Duration.ofSeconds(10);

    BucketRequests withOwnerControls(boolean wanted) {
        return new BucketRequests(client, destination, config, guard, appearing, broken, owner, wanted);
    }

    /** @return the entity tag */
    CompletableFuture<String> put(String key, String contentType, ByteBuffer content, String crc32c) {
        guard.check();
        return appearing.sent(untilCancelled(client.putObject(put -> put
                .bucket(destination.bucket())
                .expectedBucketOwner(owner)
                .key(key)
                .contentType(contentType)
                .contentLength((long) content.remaining())
                .checksumCRC32C(sendsChecksums() ? crc32c : null)
                .acl(acl())
                .serverSideEncryption(encryption())
                .ssekmsKeyId(kmsKeyId())
                .overrideConfiguration(this::inTime), body(content)), done -> unquoted(done.eTag())));
    }

    /** @return the upload's id */
    CompletableFuture<String> begin(String key, String contentType) {
        guard.check();
        return client.createMultipartUpload(create -> create
                .bucket(destination.bucket())
                .expectedBucketOwner(owner)
                .key(key)
                .contentType(contentType)
                .checksumAlgorithm(sendsChecksums() ? ChecksumAlgorithm.CRC32_C : null)
                .checksumType(sendsChecksums() ? ChecksumType.FULL_OBJECT : null)
                .acl(acl())
                .serverSideEncryption(encryption())
                .ssekmsKeyId(kmsKeyId())
                .overrideConfiguration(this::guarded)).thenApply(begun -> begun.uploadId());
    }

    CompletableFuture<UploadPartResponse> part(String key, String uploadId, int number, ByteBuffer content, String crc32c) {
        guard.check();
        return client.uploadPart(part -> part
                .bucket(destination.bucket())
                .expectedBucketOwner(owner)
                .key(key)
                .uploadId(uploadId)
                .partNumber(number)
                .contentLength((long) content.remaining())
                .checksumCRC32C(sendsChecksums() ? crc32c : null)
                .overrideConfiguration(this::guarded), body(content));
    }

    /** @return the entity tag */
    CompletableFuture<String> finish(String key, String uploadId, List<CompletedPart> parts, String crc32c) {
        guard.check();
        return appearing.sent(untilCancelled(client.completeMultipartUpload(complete -> complete
                .bucket(destination.bucket())
                .expectedBucketOwner(owner)
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(upload -> upload.parts(parts))
                .checksumCRC32C(sendsChecksums() ? crc32c : null)
                .checksumType(sendsChecksums() ? ChecksumType.FULL_OBJECT : null)
                .overrideConfiguration(this::inTime)), done -> unquoted(done.eTag())));
    }

    /** Whoever cancels what comes of a request cancels the request, which else would go on. */
    private static <T, R> CompletableFuture<R> untilCancelled(CompletableFuture<T> request, Function<T, R> result) {
        CompletableFuture<R> derived = request.thenApply(result);
        derived.whenComplete((done, failure) -> {
            if (derived.isCancelled()) {
                request.cancel(true);
            }
        });
        return derived;
    }

    /** Frees the parts of an upload. Not guarded: it writes nothing, and a writer that has lost its lease must clean up too. */
    CompletableFuture<Void> abort(String key, String uploadId) {
        return client.abortMultipartUpload(abort -> abort
                .bucket(destination.bucket())
                .expectedBucketOwner(owner)
                .key(key)
                .uploadId(uploadId)
                .overrideConfiguration(override -> override.apiCallTimeout(ABORT_TIMEOUT))).thenApply(done -> null);
    }

    /** Waits for a request and turns its failure into one that the service understands. What is no longer waited for goes on. */
    <T> T await(CompletableFuture<T> request, String key) {
        try {
            CompletableFuture.anyOf(request, broken, guard.stop()).get();
            return request.join();
        } catch (ExecutionException failed) {
            throw S3Errors.of(failed, S3Operation.write(destination.bucket(), destination.keyPrefix(), key).ownedBy(owner));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TransientExportException("The service was interrupted while it wrote `" + key + "`.", stopped);
        }
    }

    private void guarded(AwsRequestOverrideConfiguration.Builder override) {
        override.putExecutionAttribute(WriteGuardInterceptor.GUARD, guard);
    }

    private void inTime(AwsRequestOverrideConfiguration.Builder override) {
        guarded(override);
        override.putExecutionAttribute(WriteGuardInterceptor.APPEARING, appearing);
        if (config.attemptTimeout().compareTo(guard.appearing()) > 0) {
            override.apiCallAttemptTimeout(guard.appearing());
        }
    }

    private boolean sendsChecksums() {
        return config.requestChecksumCalculation()
                .map(calculation -> calculation == S3Config.RequestChecksumCalculation.WHEN_SUPPORTED)
                .orElse(config.endpoint().isEmpty());
    }

    private ObjectCannedACL acl() {
        return ownerControls ? ObjectCannedACL.BUCKET_OWNER_FULL_CONTROL : null;
    }

    private ServerSideEncryption encryption() {
        return switch (config.encryption()) {
            case AES256 -> ServerSideEncryption.AES256;
            case AWS_KMS -> ServerSideEncryption.AWS_KMS;
            case BUCKET_DEFAULT -> null;
        };
    }

    private String kmsKeyId() {
        return config.encryption() == Encryption.AWS_KMS ? config.kmsKeyId().orElse(null) : null;
    }

    /** The content without a copy, and repeatable: every try sends the slices from their beginnings. */
    private AsyncRequestBody body(ByteBuffer content) {
        ByteBuffer[] slices = new ByteBuffer[Math.max(1, (content.remaining() + SLICE - 1) / SLICE)];
        for (int i = 0; i < slices.length; i++) {
            int from = content.position() + i * SLICE;
            slices[i] = content.slice(from, Math.min(SLICE, content.limit() - from));
        }
        return new GuardedBody(AsyncRequestBody.fromRemainingByteBuffersUnsafe(slices), guard);
    }

    private static String unquoted(String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }
}
