package io.snapshotexport.s3;

/**
 * An object that the bucket has confirmed.
 *
 * @param key    its full key
 * @param bytes  its size
 * @param crc32c the CRC32C of its bytes, big-endian in base64, as S3 writes it
 * @param etag   the entity tag that the bucket gave, without quotation marks
 */
public record UploadedObject(String key, long bytes, String crc32c, String etag) {
}
