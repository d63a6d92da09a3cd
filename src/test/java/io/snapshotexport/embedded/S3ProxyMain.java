package io.snapshotexport.embedded;

import java.nio.file.Path;

/** The main class of an S3 server's process: directory, port and bucket are its arguments. */
final class S3ProxyMain {

    private S3ProxyMain() {
    }

    public static void main(String[] args) {
        S3ProxyServer.start(Path.of(args[0]), Integer.parseInt(args[1])).createBucket(args[2]);
        System.out.println("ready");
    }
}
