package io.snapshotexport.local;

import io.snapshotexport.account.AccountKeySecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/** Where one local mode keeps what its servers store, their logs, and the secrets that must stay the same as long as the store lives. */
public final class DataDirectory {

    private static final String ACCOUNT_KEY = "account-key";
    private static final String KEY_PEPPER = "key-pepper";

    private final Path path;
    private final Properties secrets = new Properties();

    private DataDirectory(Path path) {
        this.path = path;
    }

    /** Uses what is there, makes what is not. */
    public static DataDirectory open(Path path) {
        DataDirectory directory = new DataDirectory(path.toAbsolutePath().normalize());
        try {
            Files.createDirectories(directory.path);
            directory.loadSecrets();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be used as a data directory", e);
        }
    }

    /** Removes what an earlier run has left there. */
    public static DataDirectory openFresh(Path path) {
        deleteAll(path);
        return open(path);
    }

    /** Links are removed, not followed. */
    public static void deleteAll(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be removed", e);
        }
    }

    private void loadSecrets() throws IOException {
        Path file = path.resolve("secrets.properties");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                secrets.load(reader);
            }
        } else {
            secrets.setProperty(ACCOUNT_KEY, AccountKeySecret.generate().reveal());
            secrets.setProperty(KEY_PEPPER, UUID.randomUUID().toString());
            PrivateFile.write(file, secrets);
        }
    }

    public Path path() {
        return path;
    }

    public Path postgres() {
        return path.resolve("postgresql");
    }

    public Path kafka() {
        return path.resolve("kafka");
    }

    /** One directory in it a bucket, one file an object. */
    public Path s3() {
        return path.resolve("s3");
    }

    public Path service() {
        return path.resolve("service");
    }

    /** What the local mode itself logs. */
    public Path log() {
        return path.resolve("local.log");
    }

    public String accountKey() {
        return secrets.getProperty(ACCOUNT_KEY);
    }

    public String keyPepper() {
        return secrets.getProperty(KEY_PEPPER);
    }
}
