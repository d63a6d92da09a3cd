package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.RegionGroup;
import io.snapshotexport.export.S3Destination;
import io.snapshotexport.export.TransientExportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in S3's place that means ill: it is believed nothing, followed nowhere, and given no memory. */
@Timeout(60)
class HostileS3Test {

    private static final S3Destination DESTINATION = new S3Destination("shop", "p");
    private static final RegionGroup ANYWHERE = new RegionGroup("us-std", List.of("*"));
    private static final String XML = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n";
    /** What may be under way in the buffers of two sockets, and then some. */
    private static final long BUFFERS = 32L << 20;
    private static final Duration ATTEMPT = Duration.ofSeconds(3);

    private static AbstractThrowableAssert<?, ? extends Throwable> openingFails(HostileS3 s3) {
        ThrowingCallable open = () -> {
            try (S3Buckets buckets = new S3Buckets(S3TestConfig.of(s3.endpoint(), "any", "any", Encryption.AES256).withRetries(0)
                    .withAttemptTimeout(ATTEMPT))) {
                buckets.open("acme", DESTINATION, ANYWHERE, () -> { }).close();
            }
        };
        return assertThatThrownBy(open);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 99999999999\r\n\r\n<LocationConstraint>",
        "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: 99999999999\r\n\r\n<Error><Code>"})
    void anAnswerWithoutEndIsNotCollected(String head) throws IOException {
        try (HostileS3 s3 = new HostileS3(HostileS3.endless(head, "eu-central-1"))) {
            openingFails(s3).isInstanceOf(TransientExportException.class).hasMessageContaining("more than " + AnswerLimit.MAX_BYTES + " bytes");

            assertThat(s3.written()).isLessThan(BUFFERS);
        }
    }

    /** What comes behind the first kilobytes of them is thrown away, gigabytes in a second, for as long as an attempt may take. */
    @Test
    void headersWithoutEndEndWithTheAttempt() throws IOException {
        long begin = System.nanoTime();
        try (HostileS3 s3 = new HostileS3(HostileS3.endless("HTTP/1.1 200 OK\r\n", "X-Amz-Meta: aaaaaaaaaaaaaaaa\r\n"))) {
            openingFails(s3).isInstanceOf(TransientExportException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ATTEMPT.multipliedBy(5));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"301, evil.com/", "307, 127.0.0.1:1/x?", "302, eu-west-1", "308, a.b", "303, eu-west-1"})
    void nobodyIsSentElsewhere(int status, String region) throws IOException {
        try (HostileS3 elsewhere = new HostileS3(HostileS3.text(XML, "<LocationConstraint/>"));
                HostileS3 s3 = new HostileS3(HostileS3.text("HTTP/1.1 " + status + " Moved\r\nLocation: " + elsewhere.endpoint()
                        + "/shop?location\r\nx-amz-bucket-region: " + region + "\r\n", ""))) {
            openingFails(s3).isInstanceOf(ExportException.class);

            assertThat(elsewhere.requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.com/", "evil.com", "x@evil", "eu-west-1\nforged", "../x", "-", "a b"})
    void aLocationThatIsNoRegionIsRefused(String location) throws IOException {
        try (HostileS3 s3 = new HostileS3(HostileS3.text(XML, "<LocationConstraint>" + location + "</LocationConstraint>"))) {
            openingFails(s3).isInstanceOf(PermanentExportException.class).hasMessageContaining("is no region").hasMessageNotContaining("\n");
        }
    }

    @Test
    void entitiesAreNeitherFetchedNorMultiplied(@TempDir Path directory) throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "eu-secret-1");
        StringBuilder bomb = new StringBuilder("<!ENTITY a \"aaaaaaaaaa\">");
        for (char name = 'b'; name <= 'k'; name++) {
            bomb.append("<!ENTITY ").append(name).append(" \"").append(("&" + (char) (name - 1) + ";").repeat(10)).append("\">");
        }
        try (HostileS3 elsewhere = new HostileS3(HostileS3.text(XML, "eu-secret-2"))) {
            for (String entity : List.of("<!ENTITY x SYSTEM \"" + secret.toUri() + "\">", "<!ENTITY x SYSTEM \"" + elsewhere.endpoint() + "/x\">",
                    bomb + "<!ENTITY x \"&k;\">", "<!ENTITY % x SYSTEM \"" + elsewhere.endpoint() + "/y\"> %x; <!ENTITY x \"\">")) {
                String body = "<!DOCTYPE LocationConstraint [" + entity + "]><LocationConstraint>&x;</LocationConstraint>";
                try (HostileS3 s3 = new HostileS3(HostileS3.text(XML, body))) {
                    openingFails(s3).as(entity).isInstanceOf(ExportException.class).hasMessageNotContaining("eu-secret")
                            .hasMessageNotContaining("aaaa");
                }
            }
            assertThat(elsewhere.requests()).isZero();
        }
    }

    @Test
    void whatItCallsItsErrorIsNotRepeatedUnlessItIsACode() throws IOException {
        String code = "https://shop.s3.amazonaws.com/k?X-Amz-Credential=AKIA&amp;X-Amz-Signature=d34db33f&#10;2026 ERROR forged &#x9b;2J";
        try (HostileS3 s3 = new HostileS3(HostileS3.text("HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n",
                "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>"))) {
            openingFails(s3).isInstanceOf(PermanentExportException.class).hasMessageContaining("(403)")
                    .hasMessageNotContaining("AKIA").hasMessageNotContaining("d34db33f").hasMessageNotContaining("forged");
        }
    }
}
