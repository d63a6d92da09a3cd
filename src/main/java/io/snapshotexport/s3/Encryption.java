package io.snapshotexport.s3;

/** The server-side encryption that every object is uploaded with; configured as {@code AES256}, {@code aws-kms} or {@code bucket-default}. */
public enum Encryption {

    /** Keys of S3's own. */
    AES256,
    /** A key in AWS KMS: the configured one, or the account's for S3. */
    AWS_KMS,
    /** No header: the bucket's default applies. For servers that know no encryption. */
    BUCKET_DEFAULT
}
