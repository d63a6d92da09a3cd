package io.snapshotexport.system;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.snapshotexport.ops.OperatorCommands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Makes accounts and keys the way the operator does. */
final class Tenants {

    /** What a command said. */
    record Said(int code, String out, String err) {
    }

    private final OperatorCommands commands;

    Tenants(OperatorCommands commands) {
        this.commands = commands;
    }

    Said run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = commands.run(List.of(arguments), new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The name of a new account. */
    String account(String... options) {
        String name = "tenant-" + System.nanoTime();
        String[] arguments = new String[3 + options.length];
        arguments[0] = "account";
        arguments[1] = "create";
        arguments[2] = name;
        System.arraycopy(options, 0, arguments, 3, options.length);
        Said said = run(arguments);
        assertThat(said.code()).as(said.err()).isZero();
        return name;
    }

    /** The secret of a new key. */
    String key(String account, String role) {
        Said said = run("key", "create", account, "--name", "a " + role + "'s", "--role", role);
        assertThat(said.code()).as(said.err()).isZero();
        return said.out().strip();
    }

    static String id(String secret) {
        return secret.substring(4, 16);
    }

    static RequestSpecification as(String secret) {
        return given().header("Authorization", "Bearer " + secret);
    }

    /** Holds a key that was revoked to its second. */
    static void awaitEnd(String secret) {
        await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(50))
                .until(() -> as(secret).get("/v2/exports").statusCode() == 401);
    }

    static ValidatableResponse post(String secret, String address, Object body) {
        return as(secret).contentType("application/json").body(body.toString()).post(address).then();
    }
}
