package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.snapshotexport.export.TransientExportException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Requests that get no answer. What S3 does answer is in {@link S3AnswersTest}. */
class S3ErrorsTest {

    static Stream<Throwable> silence() {
        return Stream.of(ApiCallTimeoutException.create(180_000), ApiCallAttemptTimeoutException.create(60_000),
                SdkClientException.create("reset", new SocketException("Connection reset by peer")),
                SdkClientException.create("timeout", new SocketTimeoutException("Read timed out")),
                SdkClientException.create("dns", new UnknownHostException("internal.example")),
                SdkClientException.create("Unable to load credentials from any of the providers in the chain"));
    }

    @ParameterizedTest
    @MethodSource("silence")
    void silenceIsTransientAndNamesNoHosts(Throwable failure) {
        assertThat(S3Errors.of(new CompletionException(failure), S3Operation.write("shop", "p", "p/manifest.json")))
                .isInstanceOf(TransientExportException.class)
                .hasMessage("S3 did not answer while the service tried to write `p/manifest.json` to bucket `shop`.");
    }
}
