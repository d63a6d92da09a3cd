package io.snapshotexport.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a command has left behind. */
public record FinishedProcess(int exitCode, String output, String errors) {

    /**
     * Runs a command to its end.
     *
     * @param environment added to that of this process; an empty value removes a variable
     * @throws IOException           if the program cannot be started
     * @throws IllegalStateException if it takes longer than the patience; it is then killed
     */
    public static FinishedProcess run(List<String> command, Map<String, String> environment, Path directory, Duration patience)
            throws IOException {
        Path output = Files.createTempFile("output", ".txt");
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            builder.environment().values().removeIf(String::isEmpty);
            Process process = builder.start();
            if (!ended(process, patience)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " is not done after " + patience + ": "
                        + Files.readString(output) + Files.readString(errors));
            }
            return new FinishedProcess(process.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    private static boolean ended(Process process, Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
