package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that logs into a file and never outlives this JVM, however that ends. What a terminal sends to all its processes
 * (Ctrl-C, hang-up) does not reach it: it ends when its owner says so. Needs a POSIX shell. Safe for use by several threads.
 */
public final class ChildProcess {

    private static final String SHELL = "/bin/sh";
    private static final String DEAF_TO_THE_TERMINAL = "trap '' INT HUP; exec \"$0\" \"$@\"";
    /** Waits for the end of its input, which comes with the end of this JVM; kills a paused process too. */
    private static final String WATCHDOG = "trap '' INT HUP TERM; read -r stop; [ \"$stop\" = ended ] || kill -KILL \"$0\"";
    private static final int TAIL_BYTES = 6_000;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * @param name        what messages call it
     * @param command     the program and its arguments
     * @param environment added to that of this JVM
     * @param log         where its output goes; what is there already stays
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        List<String> shell = new ArrayList<>(List.of(SHELL, "-c", DEAF_TO_THE_TERMINAL));
        shell.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shell)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            Process watchdog = new ProcessBuilder(SHELL, "-c", WATCHDOG, Long.toString(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.onExit().thenAccept(ended -> dismiss(watchdog));
            return new ChildProcess(name, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
    }

    /** Lest it kills what has the same process id one day. */
    private static void dismiss(Process watchdog) {
        try (OutputStream input = watchdog.getOutputStream()) {
            input.write("ended\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException alreadyGone) {
            watchdog.destroyForcibly();
        }
    }

    /** The program that runs this JVM, for Java processes of the same version. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** The exit code, or -1 while it runs; a killed process has 128 and the signal's number. */
    public int exitCode() {
        return process.isAlive() ? -1 : process.exitValue();
    }

    /** SIGKILL: no chance to tidy up. Returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(20));
    }

    /** SIGTERM, then, when that is not heard in time, SIGKILL. Returns when it is gone. */
    public void stop(Duration patience) {
        process.destroy();
        // A paused process hears SIGTERM only when it goes on.
        deliver("CONT");
        if (!awaitEnd(patience)) {
            kill();
        }
    }

    /** SIGSTOP: the process stands still, its connections stay open. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        if (!deliver(signal)) {
            throw new IllegalStateException(name + " has ended and does not take SIG" + signal);
        }
    }

    private boolean deliver(String signal) {
        try {
            return new ProcessBuilder(SHELL, "-c", "kill -" + signal + " " + pid())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether it has ended within that time. */
    public boolean awaitEnd(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The last lines of its log. */
    public String logTail() {
        if (!Files.exists(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(tail);
            String text = new String(tail, StandardCharsets.UTF_8);
            return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
