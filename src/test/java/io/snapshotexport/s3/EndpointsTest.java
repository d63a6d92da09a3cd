package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.S3Destination;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
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

    /** Amazon S3 redirects between regions by their names: such a name becomes a part of a host of Amazon's, or nobody is asked. */
    @ParameterizedTest
    @CsvSource({"eu-west-1, shop.s3.eu-west-1.amazonaws.com", "evil, shop.s3.evil.amazonaws.com", "evil.com,", "evil.com/,", "evil.com#,",
        "x@evil.com,", "127.0.0.1:1/x?,"})
    void aRegionOfARedirectIsNoHost(String region, String then) {
        Redirecting network = new Redirecting(region);
        try (S3AsyncClient client = S3AsyncClient.builder().httpClient(network).crossRegionAccessEnabled(true).region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"))).build()) {
            assertThatThrownBy(() -> client.getBucketLocation(location -> location.bucket("shop")).join()).isNotNull();
        }
        assertThat(network.hosts).isEqualTo(Stream.of("shop.s3.eu-central-1.amazonaws.com", then).filter(Objects::nonNull).toList());
    }

    /** Whoever is asked says that the bucket lies in that region. */
    private static final class Redirecting implements SdkAsyncHttpClient {

        private final List<String> hosts = new CopyOnWriteArrayList<>();
        private final String region;

        Redirecting(String region) {
            this.region = region;
        }

        @Override
        public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
            hosts.add(request.request().host());
            request.responseHandler().onHeaders(SdkHttpResponse.builder().statusCode(301).putHeader("x-amz-bucket-region", region).build());
            request.responseHandler().onStream(AsyncRequestBody.empty());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
