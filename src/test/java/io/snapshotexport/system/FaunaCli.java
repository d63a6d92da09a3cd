package io.snapshotexport.system;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The public Fauna CLI as npm has it, unmodified, pointed at the service under test. */
final class FaunaCli {

    private static final String VERSION = "fauna-shell@4.0.0";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path program = NodePackages.install(VERSION).program("fauna");
    private final Path home;

    FaunaCli(Path home) {
        this.home = home;
    }

    /** Runs {@code fauna export ...} with an account key on the command line. */
    FinishedProcess export(String accountKey, String... arguments) {
        return run(arguments, "--account-key", accountKey);
    }

    /** Runs {@code fauna export ...} with what is in the credentials file of its home. */
    FinishedProcess exportSignedIn(String... arguments) {
        return run(arguments);
    }

    private FinishedProcess run(String[] arguments, String... more) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "export"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--account-url", RestAssured.baseURI + ":" + RestAssured.port));
        command.addAll(List.of(more));
        try {
            return FinishedProcess.run(command, Map.of("HOME", home.toString(), "NO_UPDATE_NOTIFIER", "1",
                    "FAUNA_ACCOUNT_KEY", "", "FAUNA_ACCOUNT_URL", "", "FAUNA_SECRET", "", "FAUNA_PROFILE", ""), home, PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code fauna login} would have stored. */
    void signIn(String accountKey) {
        try {
            Path credentials = Files.createDirectories(home.resolve(".fauna").resolve("credentials"));
            Files.writeString(credentials.resolve("access_keys"),
                    "{\"default\":{\"accountKey\":\"%s\",\"refreshToken\":\"none\"}}".formatted(accountKey));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
