package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class Crc32cTest {

    @Test
    void isTheOneOfTheSpecification() {
        // The check value of CRC-32C, of which catalogues of checksums give this one.
        assertThat(Crc32c.of(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)))).isEqualTo(0xE3069283);
        assertThat(Crc32c.base64(0xE3069283)).isEqualTo("4waSgw==");
    }

    @RepeatedTest(20)
    void thatOfTheWholeFollowsFromThoseOfItsParts() {
        Random random = new Random();
        byte[] whole = new byte[random.nextInt(200_000)];
        random.nextBytes(whole);
        int parts = 0;
        for (int at = 0; at < whole.length; ) {
            int length = Math.min(whole.length - at, random.nextInt(1 + random.nextInt(100_000)));
            parts = Crc32c.concatenated(parts, Crc32c.of(ByteBuffer.wrap(whole, at, length)), length);
            at += length;
        }
        assertThat(parts).isEqualTo(Crc32c.of(ByteBuffer.wrap(whole)));
    }
}
