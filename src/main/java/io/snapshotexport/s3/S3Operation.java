package io.snapshotexport.s3;

/**
 * Something done to a bucket, in the words that a failure of it is told in.
 *
 * @param text       completes "tried to ..."
 * @param bucket     the bucket
 * @param permission what its policy must grant for it
 * @param resource   on which ARN
 * @param owner      the AWS account that the bucket must belong to; null for any
 */
record S3Operation(String text, String bucket, String permission, String resource, String owner) {

    static S3Operation locate(String bucket) {
        return new S3Operation("find out the region of bucket `" + bucket + "`", bucket, "s3:GetBucketLocation", "arn:aws:s3:::" + bucket, null);
    }

    static S3Operation write(String bucket, String keyPrefix, String key) {
        return new S3Operation("write `" + key + "` to bucket `" + bucket + "`", bucket, "s3:PutObject",
                "arn:aws:s3:::" + bucket + "/" + keyPrefix + "/*", null);
    }

    S3Operation ownedBy(String account) {
        return new S3Operation(text, bucket, permission, resource, account);
    }
}
