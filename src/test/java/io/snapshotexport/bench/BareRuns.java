package io.snapshotexport.bench;

import io.snapshotexport.embedded.ChildProcess;
import io.snapshotexport.embedded.S3ProxyProcess;
import io.snapshotexport.embedded.TestClassPath;
import io.snapshotexport.s3.BareUpload;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reading alone, and writing alone, each in a process of its own with the heap of the worker. */
final class BareRuns {

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final String UPLOADS = "bare";

    private final BenchSystem system;
    private final String heap;

    BareRuns(BenchSystem system, String heap) {
        this.system = system;
        this.heap = heap;
    }

    Measured copy(BenchDatabase database, BenchDatabase warm, int connections) {
        return run("copy", java(BareCopy.class, system.servers().asArgument(), warm.jdbcUrl(), database.jdbcUrl(), Integer.toString(connections)));
    }

    /** Objects of the same number and sizes as those, from as many lanes. */
    Measured upload(WrittenObjects like) {
        try {
            Path content = system.directory().resolve("content");
            Files.copy(like.largest(), content, StandardCopyOption.REPLACE_EXISTING);
            Path sizes = system.directory().resolve("sizes");
            Files.write(sizes, like.sizes());
            List<String> command = new ArrayList<>(upload());
            command.addAll(List.of(content.toString(), sizes.toString()));
            Measured measured = run("upload", command);
            Files.delete(content);
            return measured;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            system.delete(UPLOADS);
        }
    }

    /** What a program writes goes into one object, as {@code program | upload} would do it. Both together are the client. */
    Measured piped(String program) {
        List<String> upload = upload();
        // The processes to measure are the first argument; the shell is the client with all that it runs.
        int processes = upload.indexOf(system.servers().asArgument());
        StringBuilder line = new StringBuilder(program).append(" |");
        for (int i = 0; i < upload.size(); i++) {
            line.append(" '").append(upload.get(i)).append('\'').append(i == processes ? "," + Processes.CLIENT + "=$$" : "");
        }
        try {
            return run("piped", List.of("/bin/bash", "-c", "set -o pipefail; " + line + "; exit $?"));
        } finally {
            system.delete(UPLOADS);
        }
    }

    private List<String> upload() {
        S3ProxyProcess s3 = system.s3();
        return java(BareUpload.class, system.servers().asArgument(), s3.endpoint().toString(), s3.accessKey(), s3.secretKey(),
                BenchSystem.BUCKET, UPLOADS);
    }

    private List<String> java(Class<?> main, String... arguments) {
        // The service's own classes are not among the test class path's entries.
        String classPath = TestClassPath.buildDirectory().resolve("classes") + File.pathSeparator
                + String.join(File.pathSeparator, TestClassPath.entries());
        List<String> command = new ArrayList<>(List.of(ChildProcess.java(), "-Xmx" + heap,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-Dlogging.initial-configurator.min-level=INFO",
                "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Measured run(String name, List<String> command) {
        Path log = system.directory().resolve(name + ".log");
        ChildProcess process = ChildProcess.start(name, command, Map.of(), log);
        try {
            if (!process.awaitEnd(PATIENCE) || process.exitCode() != 0) {
                throw new IllegalStateException(name + " does not end well:\n" + process.logTail());
            }
            return Measured.fromLog(process.logTail());
        } finally {
            process.kill();
        }
    }
}
