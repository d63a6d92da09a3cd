package io.snapshotexport.bench;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A Flight Recording of another JVM, by the JDK's own {@code jcmd}, in {@code target/bench-profiles}. */
final class Profile {

    private Profile() {
    }

    static <T> T of(long pid, String name, Supplier<T> work) {
        Path file = TestClassPath.buildDirectory().resolve("bench-profiles").resolve(name.replaceAll("[^a-z0-9-]+", "-") + ".jfr");
        jcmd(pid, "JFR.start", "name=bench", "settings=profile");
        T result = work.get();
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        jcmd(pid, "JFR.stop", "name=bench", "filename=" + file);
        return result;
    }

    private static void jcmd(long pid, String... command) {
        String[] whole = new String[command.length + 2];
        whole[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        whole[1] = Long.toString(pid);
        System.arraycopy(command, 0, whole, 2, command.length);
        try {
            int code = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("jcmd ends with code " + code);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
