package io.snapshotexport.system;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 as bytes on a socket: what no well-behaved client would send. */
final class RawHttp {

    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {
    }

    /**
     * @param status  0 if the server closed the connection without an answer
     * @param headers names in lower case
     */
    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Sends the bytes on a connection of their own and reads the first final answer. */
    static Answer send(byte[] request) throws IOException {
        try (Socket socket = new Socket(URI.create(RestAssured.baseURI).getHost(), RestAssured.port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
            } catch (SocketException closedBeforeAllWasRead) {
                // The answer may be there all the same.
            }
            return read(socket.getInputStream());
        }
    }

    private static Answer read(InputStream input) throws IOException {
        String head = head(input);
        while (head.startsWith("HTTP/1.1 100")) {
            head = head(input);
        }
        if (head.isEmpty()) {
            return new Answer(0, Map.of(), "");
        }
        String[] lines = head.split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
            headers.put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT), line.substring(line.indexOf(':') + 1).trim());
        }
        byte[] body = headers.containsKey("transfer-encoding") ? chunks(input)
                : input.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] chunks(InputStream input) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(input); size > 0; size = chunkSize(input)) {
            body.writeBytes(input.readNBytes(size));
            input.readNBytes(2);
        }
        return body.toByteArray();
    }

    /** 0 at the end. */
    private static int chunkSize(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
            line.append((char) next);
        }
        return line.toString().isBlank() ? 0 : Integer.parseInt(line.toString().trim(), 16);
    }

    private static String head(InputStream input) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            for (int next = input.read(); next >= 0; next = input.read()) {
                head.write(next);
                if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    break;
                }
            }
        } catch (SocketException reset) {
            // Whatever came before the reset is the answer.
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
