package io.snapshotexport.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Requests that are nearly right: a right one with one to three parts exchanged for something odd. No database is named whose region group
 * is configured, so none of them can become an export. The same random numbers make the same requests.
 */
final class RequestGrammar {

    /** Stands where the size of a chunk should. */
    static final String NO_CHUNK = "zz\r\n";

    private static final List<String> TARGETS = List.of("POST /v2/exports", "POST /v2/exports", "POST /v2/exports", "GET /v2/exports",
            "GET /v2/exports",
            "GET /v2/exports/912376584172736512", "POST /api/v1/session/refresh", "GET /openapi", "GET /asyncapi", "GET /q/health/live",
            "GET /q/health",
            "POST /v2/account/keys", "GET /v2/account/keys", "DELETE /v2/account/keys/1", "GET /");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND",
            "get", "X", "GÉT");
    private static final List<String> SEGMENTS = List.of("/", "//", "/..", "/../..", "/.", "/%2e%2e", "/%00", "/%", "/%zz", "/%ff%fe",
            "/%2f", "/é", ";a=b",
            "/;", "/'or'1'='1", "/%0d%0aX-Evil:1", "/-1", "/9223372036854775808", "/1e3", "/NaN", "/\u0001", "/" + "x".repeat(3_000),
            "\\", "/*", "/${7*7}");
    private static final List<String> QUERIES = List.of("", "=", "&&&", "state=", "state=Done", "state=Complete&state=Nothing",
            "state[]=Complete", "database=",
            "database=us-std", "database=%00", "database=mars/" + "y".repeat(2_000), "database=%ff", "database=a/%ed%a0%80",
            "max_results=0", "max_results=-1",
            "max_results=1e9", "max_results=99999999999999999999", "max_results=%D9%A3", "max_results=", "max_results=1&max_results=2",
            "next_token=",
            "next_token=%00", "next_token=YmVmb3JlOjk5OTk5OTk5OTk5OTk5OTk5OTk", "next_token=" + "A".repeat(3_000), "next_token=====",
            "%zz=%zz", "a=b;c=d",
            "state=%f0%9f%9b%92", "x=" + "z".repeat(4_500));
    private static final List<String> HEADERS = List.of("Accept: text/html", "Accept: application/xml;q=0.9", "Accept: ,,;q=x",
            "Accept: */json", "Accept-Encoding: br",
            "Accept-Language: xx-%00", "Accept-Charset: utf-99", "Content-Encoding: gzip", "Content-Language: \"",
            "Content-Type: text/plain", "Content-Type:",
            "Content-Type: application/json; charset=utf-16", "Content-Type: application/json; charset=nothing", "Content-Type: /",
            "Content-Type: application/json;;=",
            "Content-Type: multipart/form-data; boundary=x", "Content-Type: multipart/form-data",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/JSON", "Idempotency-Key:", "Idempotency-Key: " + "k".repeat(300), "Idempotency-Key: é\u0007",
            "X-Request-Id: a b",
            "X-Request-Id: \u001b[31m", "X-Request-Id: " + "i".repeat(500), "X-HTTP-Method-Override: DELETE", "Expect: 100-continue",
            "Expect: miracles",
            "Range: bytes=0-1", "If-Match: *", "If-Modified-Since: yesterday", "Connection: upgrade", "Upgrade: h2c",
            "Upgrade: websocket", "Cookie: a=b; ;=",
            "Cookie: $Version=x", "Forwarded: for=evil", "X-Forwarded-Proto: gopher", "Origin: null", "Content-Length: 5",
            "Content-Length: -1", "Content-Length: x",
            "Content-Length: 99999999999999999999", "Transfer-Encoding: identity", "Transfer-Encoding: gzip", "TE: trailers", "Host:",
            "Host: a b", "Host: [::1", "NoColon",
            "Bad Name: x", "X-Long: " + "h".repeat(9_000), "X-Nul: \u0000", "Referer: ${jndi:ldap://x}", "User-Agent:");
    private static final List<String> AUTHORIZATIONS = List.of("", "Bearer", "Bearer ", "Bearer undefined", "bearer ?", "Basic YTpi",
            "Basic !", "Negotiate x", "Bearer a b",
            "Bearer \u0000", "Bearer é", "Bearer " + "k".repeat(4_000), "Digest username=\"x\"", "Bearer sxk_forgedforged_forged");
    private static final List<String> VALUES = List.of("null", "true", "0", "-1", "1e400", "1e999999999", "9".repeat(2_000), "\"\"",
            "\" \"", "\"\\u0000\"", "\"\\ud800\"",
            "\"\\ud83d\\ude00\"", "\"mars/db\"", "\"us\"", "\"us/db\"", "\"/\"", "\"//\"", "\"a/../b\"", "\"s3://\"", "\"s3:///p\"",
            "\"s3://b/p\"", "\"" + "v".repeat(700) + "\"",
            "\"é\u2028\"", "[]", "[[]]", "[null]", "[\"\"]", "[\"Role\"]", "[1,\"a\"]", "{}", "{\"s3\":null}", "{\"s3\":{}}",
            "{\"s3\":[]}", "{\"\":{}}", "nul", "'x'", "NaN",
            "\"\t\"", "/**/1", "[" + "\"A\",".repeat(3_000) + "\"A\"]", "[".repeat(200), "{\"a\":".repeat(200));
    private static final List<String> FIELDS = List.of("database", "collections", "format", "datafile_format",
            "datafile_compression", "destination", "account", "id", "", "__proto__", "DATABASE", "é");

    private final RandomGenerator random;

    RequestGrammar(RandomGenerator random) {
        this.random = random;
    }

    /** The bytes of the next request. */
    byte[] next(String accountKey) {
        String[] target = oneOf(TARGETS).split(" ");
        Map<String, String> fields = new TreeMap<>(Map.of("database", "\"mars/shop\"", "format", "\"simple\"",
                "destination", "{\"s3\":{\"bucket\":\"exports\",\"path\":\"mutated\"}}"));
        StringBuilder extra = new StringBuilder();
        String authorization = "Bearer " + accountKey;
        byte[] body = null;
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            switch (random.nextInt(10)) {
                case 0 -> target[0] = oneOf(METHODS);
                case 1 -> target[1] += oneOf(SEGMENTS);
                case 2, 3 -> target[1] += (target[1].contains("?") ? "&" : "?") + oneOf(QUERIES);
                case 4, 5 -> extra.append(oneOf(HEADERS)).append("\r\n");
                case 6 -> authorization = oneOf(AUTHORIZATIONS);
                case 7, 8 -> fields.put(oneOf(FIELDS), oneOf(VALUES));
                default -> body = damaged(json(fields));
            }
        }
        return bytes(target, authorization, extra, body == null ? json(fields).getBytes(StandardCharsets.UTF_8) : body);
    }

    private static String json(Map<String, String> fields) {
        return fields.entrySet().stream().map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private byte[] damaged(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        switch (random.nextInt(9)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 2 -> bytes = json.getBytes(StandardCharsets.UTF_16);
            case 3 -> bytes = ("\ufeff" + json).getBytes(StandardCharsets.UTF_8);
            case 4 -> bytes = (json + json).getBytes(StandardCharsets.UTF_8);
            case 5 -> bytes = (json + " ".repeat(70 * 1024)).getBytes(StandardCharsets.UTF_8);
            case 6 -> bytes = new byte[random.nextInt(2) * 300 * 1024];
            case 7 -> bytes = json.replaceFirst("\\{", "{\"database\":\"mars/db\",").getBytes(StandardCharsets.UTF_8);
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    private byte[] bytes(String[] target, String authorization, StringBuilder extra, byte[] body) {
        boolean lengthIsOdd = extra.indexOf("Content-Length:") >= 0 || extra.indexOf("Transfer-Encoding:") >= 0;
        // A server may wait for a body that was announced.
        boolean withBody = lengthIsOdd || !target[0].equals("GET") || random.nextInt(10) == 0;
        boolean chunked = withBody && random.nextInt(6) == 0;
        StringBuilder head = new StringBuilder(target[0] + " " + target[1] + " HTTP/1.1\r\nConnection: close\r\n");
        head.append(extra.indexOf("Host:") < 0 ? "Host: localhost\r\n" : "");
        head.append(authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n");
        head.append(extra.indexOf("Content-Type:") < 0 && withBody ? "Content-Type: application/json\r\n" : "");
        head.append(!withBody || lengthIsOdd ? "" : chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length + "\r\n");
        head.append(extra).append("\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        if (withBody && chunked && !lengthIsOdd) {
            request.writeBytes(random.nextInt(4) == 0 ? NO_CHUNK.getBytes(StandardCharsets.US_ASCII)
                    : (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(body);
            request.writeBytes((body.length == 0 ? "\r\n" : "\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } else if (withBody) {
            request.writeBytes(lengthIsOdd ? Arrays.copyOf(body, Math.max(body.length, 8)) : body);
        }
        return request.toByteArray();
    }

    private String oneOf(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
