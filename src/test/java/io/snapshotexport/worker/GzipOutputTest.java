package io.snapshotexport.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipOutputTest {

    private final GzipOutput gzip = new GzipOutput();

    @AfterEach
    void close() {
        gzip.close();
    }

    private byte[] compressed(byte[] content, int piece) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        OutputStream out = gzip.begin(file);
        for (int from = 0; from < content.length; from += piece) {
            out.write(content, from, Math.min(piece, content.length - from));
        }
        gzip.finish();
        return file.toByteArray();
    }

    private static byte[] unpacked(byte[] file) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 3_000_000})
    void whatIsUnpackedIsWhatWasWritten(int size) throws IOException {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        byte[] text = "{\"id\":\"1\"},".repeat(size / 11 + 1).getBytes(StandardCharsets.UTF_8);

        assertThat(unpacked(compressed(noise, 1_000))).isEqualTo(noise);
        assertThat(unpacked(compressed(text, 64 * 1024))).isEqualTo(text);
        assertThat(compressed(text, 64 * 1024).length).isLessThan(40 + text.length / 20);
    }

    @Test
    void theHeaderIsThatOfJavasOwnWriter() throws IOException {
        ByteArrayOutputStream javas = new ByteArrayOutputStream();
        new GZIPOutputStream(javas).close();

        assertThat(Arrays.copyOf(compressed(new byte[9], 9), 10)).isEqualTo(Arrays.copyOf(javas.toByteArray(), 10))
                .containsExactly(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
    }

    @Test
    void theSameContentGivesTheSameBytesWhateverWasWrittenBefore() throws IOException {
        byte[] content = "{\"name\":\"Pizza\"}\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        byte[] first = compressed(content, 64 * 1024);
        // One that is begun and never finished.
        gzip.begin(OutputStream.nullOutputStream()).write(new byte[100_000]);

        assertThat(compressed(content, 64 * 1024)).isEqualTo(first);
    }

    @Test
    void whatTheTargetThrowsComesOutAndTheNextFileIsWhole() throws IOException {
        IOException failure = new IOException("no more");
        OutputStream failing = new OutputStream() {

            private int written;

            @Override
            public void write(int b) throws IOException {
                if (++written > 1_000) {
                    throw failure;
                }
            }
        };
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);

        assertThatThrownBy(() -> gzip.begin(failing).write(noise)).isSameAs(failure);

        assertThat(unpacked(compressed(noise, 64 * 1024))).isEqualTo(noise);
    }
}
