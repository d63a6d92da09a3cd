package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A key and a certificate that it has signed itself, for servers on loopback: its own CA, in the forms that servers and clients take.
 *
 * @param key         PKCS 8, as PEM
 * @param certificate as PEM
 */
public record ServerCertificate(String key, String certificate) {

    private static final String PASSWORD = "temporary";

    /** Makes one that is valid for a day. */
    public static ServerCertificate make(Path directory) {
        Path store = directory.resolve("certificate.p12");
        try {
            Files.createDirectories(directory);
            Process keytool = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1", "-dname", "CN=localhost",
                    "-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD))
                    .redirectErrorStream(true).redirectOutput(directory.resolve("keytool.log").toFile()).start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(directory.resolve("keytool.log")));
            }
            KeyStore made = KeyStore.getInstance("PKCS12");
            try (InputStream content = Files.newInputStream(store)) {
                made.load(content, PASSWORD.toCharArray());
            }
            return new ServerCertificate(pem("PRIVATE KEY", made.getKey("server", PASSWORD.toCharArray()).getEncoded()),
                    pem("CERTIFICATE", made.getCertificate("server").getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
