package io.snapshotexport.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3Proxy inside this process, on loopback: objects are plain files, {@code <directory>/<bucket>/<key>}. It checks signatures (version 2
 * and 4), and answers 501 to server-side encryption and to ACL headers; {@link S3MockServer} takes those, but any secret.
 */
public final class S3ProxyServer implements AutoCloseable {

    /** The server and the Jetty in it, which tell at length how they start. Held here, because loggers are held weakly elsewhere. */
    private static final Logger SERVER_LOG = Logger.getLogger("org.gaul");
    private static final String LOOPBACK = "127.0.0.1";
    static final String ACCESS_KEY = "local-access-key";
    static final String SECRET_KEY = "local-secret-key";

    private final BlobStore blobs;
    private final S3Proxy proxy;

    private S3ProxyServer(BlobStore blobs, S3Proxy proxy) {
        this.blobs = blobs;
        this.proxy = proxy;
    }

    /** Starts it on a free port. */
    public static S3ProxyServer start(Path directory) {
        return start(directory, 0);
    }

    /** @param directory is made when it does not exist; what lies in it is served */
    public static S3ProxyServer start(Path directory, int port) {
        SERVER_LOG.setLevel(Level.WARNING);
        try {
            Files.createDirectories(directory);
            BlobStore blobs = new FilesystemNio2BlobStore(directory.toRealPath().toString());
            S3Proxy proxy = S3Proxy.builder()
                    .blobStore(blobs)
                    .endpoint(URI.create("http://" + LOOPBACK + ":" + port))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                    .build();
            proxy.start();
            return new S3ProxyServer(blobs, proxy);
        } catch (IOException cannotUseDirectory) {
            throw new IllegalStateException("the S3 server cannot use " + directory, cannotUseDirectory);
        } catch (Exception cannotStart) {
            throw new IllegalStateException("the S3 server does not start on port " + port, cannotStart);
        }
    }

    /** Where it listens; clients need path-style addressing. */
    public URI endpoint() {
        return URI.create("http://" + LOOPBACK + ":" + proxy.getPort());
    }

    public String accessKey() {
        return ACCESS_KEY;
    }

    public String secretKey() {
        return SECRET_KEY;
    }

    /** Makes the bucket unless it is there already. */
    public void createBucket(String name) {
        if (!blobs.containerExists(name)) {
            blobs.createContainer(name);
        }
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception cannotStop) {
            throw new IllegalStateException("the S3 server does not stop", cannotStop);
        }
        blobs.close();
    }
}
