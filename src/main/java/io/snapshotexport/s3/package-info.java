/**
 * The destination: buckets checked and proven writable, objects streamed into them within a fixed amount of memory, keys and the
 * manifest as the file format wants them. Nothing is ever listed, read or deleted. No type of the AWS SDK leaves this package, and no
 * exception of it either: {@link io.snapshotexport.s3.S3Errors} turns them into the two kinds that the domain knows.
 */
package io.snapshotexport.s3;
