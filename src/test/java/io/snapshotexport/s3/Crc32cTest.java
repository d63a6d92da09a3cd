package io.snapshotexport.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Crc32cTest {

    @Test
    void isTheOneOfTheSpecification() {
        // The check value of CRC-32C, of which catalogues of checksums give this one.
        assertThat(Crc32c.of(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)))).isEqualTo(0xE3069283);
        assertThat(Crc32c.base64(0xE3069283)).isEqualTo("4waSgw==");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 20, 1L << 28, 1L << 29, 1L << 30, 1L << 34})
    void aSecondPartMayBeOfAnyLength(long length) {
        int halves = Crc32c.concatenated(Crc32c.concatenated(0x12345678, 0x2468ACE0, length / 2), 0x2468ACE0, length / 2);

        int whole = Crc32c.concatenated(0x12345678, Crc32c.concatenated(0x2468ACE0, 0x2468ACE0, length / 2), length);

        assertThat(halves).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void thatOfTheWholeFollowsFromThoseOfItsParts(long seed) {
        Random random = new Random(seed);
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
