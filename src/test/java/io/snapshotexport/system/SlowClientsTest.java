package io.snapshotexport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.snapshotexport.ops.OperatorCommands;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take their time hold a connection each, for a while, and nothing that others need. */
@QuarkusTest
@TestProfile(AccountLimitsTest.LowLimits.class)
class SlowClientsTest {

    private static final int CLIENTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BAD = "127.0.0.2";
    private static final String GOOD = "127.0.0.3";

    TestSystem system;

    @Inject
    OperatorCommands commands;

    private final List<Socket> sockets = new ArrayList<>();
    private String key;

    @BeforeEach
    void makeKey() {
        Tenants tenants = new Tenants(commands);
        key = tenants.key(tenants.account("--database", "**"), "owner");
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** @param from an address of its own: whoever guesses keys is soon refused whatever he sends */
    private Socket connect(String from, String begin) throws IOException {
        Socket socket = new Socket(InetAddress.getByName(URI.create(RestAssured.baseURI).getHost()), RestAssured.port,
                InetAddress.getByName(from), 0);
        sockets.add(socket);
        socket.setSoTimeout(1);
        socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Sends one byte more to each; those that the server has ended are left out. */
    private static List<Socket> drip(List<Socket> open) {
        List<Socket> stillOpen = new ArrayList<>();
        for (Socket socket : open) {
            try {
                socket.getOutputStream().write('a');
                if (socket.getInputStream().read(new byte[4096]) < 0) {
                    continue;
                }
            } catch (SocketTimeoutException nothingSaid) {
                // Open, and waiting for more.
            } catch (IOException ended) {
                continue;
            }
            stillOpen.add(socket);
        }
        return stillOpen;
    }

    private void othersAreServed() throws IOException {
        try (Socket socket = connect(GOOD, "GET /v2/exports HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + key + "\r\n\r\n")) {
            socket.setSoTimeout(5_000);
            byte[] answer = new byte[12];
            socket.getInputStream().readNBytes(answer, 0, answer.length);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
        }
    }

    private String post(String authorization) {
        return "POST /v2/exports HTTP/1.1\r\nHost: h\r\nAuthorization: " + authorization
                + "\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{\"database\":\"";
    }

    @Test
    void aBodyThatComesByteByByteIsEndedAndKeepsNobodyWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            slow.add(connect(BAD, post("Bearer " + (i % 10 == 0 ? key : "sxk_wrong"))));
        }

        othersAreServed();

        List<List<Socket>> open = new ArrayList<>(List.of(slow));
        await("all are ended").atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            open.set(0, drip(open.get(0)));
            return open.get(0).isEmpty();
        });
        othersAreServed();
    }

    /** What no timeout of the server ends: a head that never stops. A proxy before it does; here it takes nothing but a connection. */
    @Test
    void aHeadThatComesByteByByteKeepsNobodyWaitingAndIsEndedWhenItPausesAsIsSilence() throws IOException {
        List<Socket> slow = new ArrayList<>(List.of(connect(BAD, "")));
        for (int i = 0; i < CLIENTS; i++) {
            slow.add(connect(BAD, "GET /v2/exports HTTP/1.1\r\nHost: h\r\nX-Slow: "));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(drip(slow.subList(1, slow.size()))).hasSize(CLIENTS);
            othersAreServed();
        }

        await("all are ended").atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> slow.stream().allMatch(SlowClientsTest::isEnded));
    }

    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
