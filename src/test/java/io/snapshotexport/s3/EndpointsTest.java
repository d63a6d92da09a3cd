package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.S3Destination;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/** Which hosts the SDK makes of the names that the service lets pass. */
class EndpointsTest {

    private static URI endpoint(String bucket, String region) {
        return S3EndpointProvider.defaultProvider().resolveEndpoint(endpoint -> endpoint.bucket(bucket).region(Region.of(region))).join().url();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "metadata.google.internal", "a.b", "127.0.0.1.nip.io", "169.254.169.254.xip.io", "localhost", "0x7f000001", "2130706433",
        "10.0.0", "evil.com", "s3.amazonaws.com.evil.com", "shop-s3", "outpost-o0000", "aaaa--bbbb"})
    void aBucketNameIsPartOfAHostOfAmazonsOrOfThePath(String bucket) {
        URI endpoint = endpoint(new S3Destination(bucket, "p").bucket(), "eu-central-1");

        assertThat(endpoint.getScheme()).isEqualTo("https");
        // A name with dots is no part of the host: the certificate of *.s3.eu-central-1.amazonaws.com has but one label for it.
        assertThat(endpoint.getHost()).isEqualTo((bucket.contains(".") ? "" : bucket + ".") + "s3.eu-central-1.amazonaws.com");
        assertThat(endpoint.getUserInfo()).isNull();
        assertThat(endpoint.getPort()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.com/", "evil.com#", "x@evil.com", "127.0.0.1:8080", "eu_west"})
    void aRegionThatIsNoLabelMakesNoHost(String region) {
        assertThatThrownBy(() -> endpoint("shop", region)).hasRootCauseInstanceOf(SdkClientException.class);
    }
}
