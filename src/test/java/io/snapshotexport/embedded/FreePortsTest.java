package io.snapshotexport.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class FreePortsTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void areNoneThatTheSystemGivesToClients() throws Exception {
        String range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).get(0).trim();
        assertThat(range).matches("\\d{4,5}\\s+\\d{5}");
        int first = Integer.parseInt(range.split("\\s+")[0]);
        for (int port : IntStream.range(0, 20).map(i -> next()).toArray()) {
            assertThat(port).isLessThan(first);
            assertThat(FreePorts.isFree(port)).isTrue();
        }
    }

    private static int next() {
        try {
            return FreePorts.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
