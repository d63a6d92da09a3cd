package io.snapshotexport.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * CRC-32C (RFC 3720, appendix B.4) as S3 wants to see it. That of an object follows from those of its parts and their lengths, so that no
 * byte is looked at twice: appending n bytes multiplies the polynomial of what was there by x to the power of 8n, modulo the generator.
 */
final class Crc32c {

    /** The generator, without its highest term, with the coefficient of 1 in the highest bit. */
    private static final int GENERATOR = 0x82F63B78;
    private static final int ONE = 1 << 31;
    private static final int X = 1 << 30;
    private static final int BITS_PER_BYTE_LOG = 3;
    private static final int[] X_TO_POWERS_OF_TWO = powers();

    private Crc32c() {
    }

    /** Reads what remains, and leaves the buffer as it is. */
    static int of(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    /** That of a content followed by another one, of which the length in bytes counts as well. */
    static int concatenated(int first, int second, long secondLength) {
        int shift = ONE;
        int power = BITS_PER_BYTE_LOG;
        for (long rest = secondLength; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                shift = product(X_TO_POWERS_OF_TWO[power % X_TO_POWERS_OF_TWO.length], shift);
            }
            power++;
        }
        return product(shift, first) ^ second;
    }

    static String base64(int crc) {
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc).array());
    }

    /** Of two polynomials modulo the generator. */
    private static int product(int a, int b) {
        int sum = 0;
        int shifted = b;
        for (int rest = a; rest != 0; rest <<= 1) {
            if (rest < 0) {
                sum ^= shifted;
            }
            shifted = shifted >>> 1 ^ ((shifted & 1) == 0 ? 0 : GENERATOR);
        }
        return sum;
    }

    /** x, x squared, that squared, and so on; after 31 of them they repeat, since x + 1 divides the generator. */
    private static int[] powers() {
        int[] powers = new int[31];
        powers[0] = X;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = product(powers[i - 1], powers[i - 1]);
        }
        return powers;
    }
}
