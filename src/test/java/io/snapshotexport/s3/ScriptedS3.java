package io.snapshotexport.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An HTTP server on loopback that answers as S3 is documented to, in cases that no server at hand can be brought into. Keeps what
 * it was asked.
 */
public final class ScriptedS3 implements AutoCloseable {

    /** A request, as far as the tests look at it; headers in lower case. */
    public record Asked(String method, String uri, Function<String, String> header, String body) {

        public boolean isFor(String wantedMethod, String inUri) {
            return method.equals(wantedMethod) && uri.contains(inUri);
        }
    }

    /** An answer; none at all, but a closed connection, with status 0. */
    public record Answer(int status, String body, String... headers) {

        public static final Answer OK = new Answer(200, "", "ETag", "\"e\"");
        static final Answer HANG_UP = new Answer(0, "");

        public static Answer error(int status, String code) {
            return new Answer(status, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                    + "</Message><RequestId>1</RequestId></Error>", "Content-Type", "application/xml");
        }

        static Answer location(String content) {
            return new Answer(200, "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + content
                    + "</LocationConstraint>",
                    "Content-Type", "application/xml");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public ScriptedS3(Function<Asked, Answer> script) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException cannotListen) {
            throw new IllegalStateException(cannotListen);
        }
        server.createContext("/", exchange -> answer(exchange, script));
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange, Function<Asked, Answer> script) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        Asked request = new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                exchange.getRequestHeaders()::getFirst, body);
        asked.add(request);
        Answer answer = script.apply(request);
        if (answer.status() == 0) {
            exchange.close();
            return;
        }
        for (int i = 0; i < answer.headers().length; i += 2) {
            exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
        }
        byte[] content = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    /** S3 as it answers when all is well. */
    public static Answer well(Asked request) {
        if (request.isFor("GET", "?location")) {
            return Answer.location("");
        }
        if (request.isFor("POST", "?uploads")) {
            return new Answer(200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
        }
        if (request.isFor("POST", "?uploadId=u")) {
            return new Answer(200, "<CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>");
        }
        return Answer.OK;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All requests so far, oldest first. */
    public List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
