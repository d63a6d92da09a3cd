package io.snapshotexport.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3DestinationTest {

    @ParameterizedTest
    @CsvSource({
        "a/b,    a/b, s3://bucket/a/b",
        "/a/b,   a/b, s3://bucket/a/b",
        "a/b/,   a/b, s3://bucket/a/b/",
        "/a/b/,  a/b, s3://bucket/a/b/",
    })
    void toleratesOneSlashAtEitherEnd(String path, String keyPrefix, String uri) {
        S3Destination destination = new S3Destination("bucket", path);

        assertThat(destination.keyPrefix()).isEqualTo(keyPrefix);
        assertThat(destination.uri()).isEqualTo(uri);
        assertThat(destination.path()).isEqualTo(path);
    }

    @Test
    void isReadFromAUri() {
        assertThat(S3Destination.parse("s3://my-bucket/a/b")).isEqualTo(new S3Destination("my-bucket", "a/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3://", "s3://bucket", "http://bucket/path", "bucket/path", "S3://bucket/path"})
    void namesTheFormOfAUriThatIsNone(String uri) {
        assertThatThrownBy(() -> S3Destination.parse(uri)).isInstanceOf(InvalidValueException.class).hasMessageContaining("s3://bucket/path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "Bucket", "my_bucket", "-bucket", "bucket-", "a..b", "10.0.0.1", "bucket\n", "a/b",
        "bucket@evil", "bucket:80", "127.0.0.1:8080", "169.254.169.254", "[::1]", "localhost/x", "a%2eb", "bucket?x", "bucket#x", "büro",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/a", "arn:aws:s3::123456789012:accesspoint/a.mrap",
        "xn--bucket", "sthree-bucket", "bucket-s3alias", "bucket--ol-s3", "bucket--usw2-az1--x-s3", "bucket--usw2-az1--xa-s3", "bucket--table-s3",
        "bucket.mrap", "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"})
    void refusesWhatIsNoBucketName(String bucket) {
        assertThatThrownBy(() -> new S3Destination(bucket, "p")).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("destination.s3.bucket").hasMessageContaining("63");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "//a", "a//b", "a/./b", "a/../b", "..", ".", "a/..", "a\u0000b", "a\nb", "a\u007fb", "\ud800"})
    void refusesWhatWouldBreakKeys(String path) {
        assertThatThrownBy(() -> new S3Destination("bucket", path)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("destination.s3.path");
    }

    @Test
    void countsThePathInBytes() {
        assertThat(new S3Destination("bucket", "é".repeat(S3Destination.MAX_PATH_BYTES / 2)).keyPrefix()).isNotEmpty();
        assertThatThrownBy(() -> new S3Destination("bucket", "é".repeat(S3Destination.MAX_PATH_BYTES / 2 + 1)))
                .hasMessageContaining(S3Destination.MAX_PATH_BYTES + " bytes");
    }
}
