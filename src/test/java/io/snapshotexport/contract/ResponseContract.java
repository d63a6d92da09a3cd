package io.snapshotexport.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Holds every answer of the service against {@code openapi.yaml}: status, content type, headers, body. Thread-safe. */
public final class ResponseContract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ContractDocument DOCUMENT = ContractDocument.openApi();
    private static final String ERROR = "/components/schemas/Error";

    private ResponseContract() {
    }

    /**
     * Fails if the document does not allow the answer.
     *
     * @param path    of the request, without the query
     * @param header  gives a header of the answer, or null
     */
    public static void check(String method, String path, int status, Function<String, String> header, String body) {
        String answer = method + " " + path + " -> " + status + " " + body;
        String operation = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        Optional<String> template = template(path);
        Optional<String> response = template.flatMap(found ->
                DOCUMENT.pointer("paths", found, operation, "responses", Integer.toString(status)));
        if (response.isPresent()) {
            checkHeaders(response.get(), header, answer);
            checkBody(response.get(), header.apply("Content-Type"), method.equals("HEAD") ? "" : body, answer);
            return;
        }
        boolean documented = template.filter(found -> DOCUMENT.pointer("paths", found, operation).isPresent()).isPresent();
        // An address or method that the document does not have is refused, and so is who asks for it without a key.
        assertThat(documented).as("openapi.yaml does not have the status of %s", answer).isFalse();
        assertThat(status).as("openapi.yaml does not have %s", answer).isIn(template.isPresent() ? 405 : 404, 401, 400);
        assertThat(header.apply("Content-Type")).as(answer).isEqualTo("application/json");
        if (!method.equals("HEAD")) {
            assertThat(DOCUMENT.faults(ERROR, parse(body, answer))).as(answer).isEmpty();
        }
    }

    private static void checkHeaders(String response, Function<String, String> header, String answer) {
        Iterator<Map.Entry<String, JsonNode>> headers = DOCUMENT.root().at(response).path("headers").fields();
        while (headers.hasNext()) {
            String name = headers.next().getKey();
            String pointer = DOCUMENT.resolve(response + "/headers/" + name);
            String value = header.apply(name);
            assertThat(value != null || !DOCUMENT.root().at(pointer).path("required").asBoolean())
                    .as("%s without %s", answer, name).isTrue();
            if (value != null) {
                assertThat(DOCUMENT.faults(pointer + "/schema", TextNode.valueOf(value))).as("%s of %s", name, answer).isEmpty();
            }
        }
    }

    private static void checkBody(String response, String contentType, String body, String answer) {
        JsonNode contents = DOCUMENT.root().at(response).path("content");
        String type = contentType == null ? "none" : contentType.replaceFirst(";.*", "");
        assertThat(contents.has(type)).as("%s with the content type %s", answer, contentType).isTrue();
        if (type.equals("application/json") && !body.isEmpty()) {
            assertThat(DOCUMENT.faults(response + "/content/application~1json/schema", parse(body, answer))).as(answer).isEmpty();
        }
    }

    private static JsonNode parse(String body, String answer) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + answer, e);
        }
    }

    /** The path of the document that a request's path is one of; the exact one first. */
    private static Optional<String> template(String path) {
        List<String> templates = new ArrayList<>();
        DOCUMENT.root().path("paths").fieldNames().forEachRemaining(templates::add);
        return templates.stream().filter(path::equals).findFirst()
                .or(() -> templates.stream().filter(template -> path.matches(template.replaceAll("\\{[^}]*}", "[^/]+"))).findFirst());
    }
}
