package io.snapshotexport.local;

import io.snapshotexport.embedded.TestClassPath;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.FileHandler;

/**
 * The whole service on one machine, for a newcomer: real servers, a sample database, the production artifact, one export. The main class
 * behind {@code deploy/local/run}.
 */
public final class LocalMode {

    private static final String SERVICE_HEAP = "512m";
    /** Held here, because loggers are held weakly elsewhere. */
    private static final Logger ROOT_LOG = Logger.getLogger("");

    private final Options options;
    private final Path home;
    private final PrintStream out;
    private final Shutdown shutdown = new Shutdown();
    private ServiceProcess service;

    private LocalMode(Options options, Path home, PrintStream out) {
        this.options = options;
        this.home = home;
        this.out = out;
    }

    /** Exit code 0: ended as asked; 1: the export is not as it should be, or something does not start; 2: wrong arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        Options options = null;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("deploy/local/run: " + e.getMessage());
            System.exit(2);
        }
        LocalMode mode = new LocalMode(options, TestClassPath.buildDirectory().resolve("local"), System.out);
        int code = mode.run();
        mode.shutdown.close();
        System.exit(code);
    }

    private int run() throws InterruptedException {
        try {
            if (!lock()) {
                out.println("The local mode runs already in this directory; " + shown(home.resolve("env")) + " says where.");
                return 1;
            }
            // A run that was killed could not remove it.
            Files.deleteIfExists(home.resolve("env"));
            DataDirectory directory = options.data() == null
                    ? DataDirectory.openFresh(home.resolve("data"))
                    : DataDirectory.open(options.data());
            logTo(directory.log());
            return run(directory);
        } catch (IOException | RuntimeException e) {
            if (shutdown.isUnderWay()) {
                return 1;
            }
            out.println();
            out.println(e.getMessage() == null ? e.toString() : e.getMessage());
            if (service != null) {
                out.printf("%nThe end of %s:%n%s%n", shown(service.log()), service.logTail());
            }
            return 1;
        }
    }

    private int run(DataDirectory directory) throws InterruptedException {
        out.printf("Snapshot Export, local mode%n%nStarting PostgreSQL, Kafka, an S3 server and the service ...%n");
        long begun = System.nanoTime();
        EmbeddedServers servers = shutdown.closeLater(EmbeddedServers.start(directory));
        out.printf("  PostgreSQL  %-22s  data in %s%n", "127.0.0.1:" + servers.postgres().port(), shown(directory.postgres()));
        out.printf("  Kafka       %-22s  log in %s%n", servers.kafka().bootstrapServers(), shown(servers.kafka().log()));
        out.printf("  S3          %-22s  files in %s%n", servers.s3().endpoint(), shown(directory.s3()));
        SampleShop shop = SampleShop.in(servers.postgres());
        service = shutdown.closeLater(ServiceProcess.start(directory.service(), ServiceSettings.of(servers, directory), SERVICE_HEAP));
        out.printf("  Service     %-22s  log in %s%n", service.url(), shown(service.log()));
        shutdown.closeLater(EnvironmentFile.write(home.resolve("env"), service.url(), servers, shop, directory));
        out.printf(Locale.ROOT, "%nStarted in %.1f s. The sample database %s has %s.%n", (System.nanoTime() - begun) / 1e9,
                SampleShop.DATABASE, shop.countsByCollection().entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey()).collect(Collectors.joining(", ")));

        boolean good = new SampleExport(service.url(), directory.accountKey(), shop, directory.s3(), out).run();
        if (!good) {
            out.printf("%nThe end of %s:%n%s%n", shown(service.log()), service.logTail());
        }
        if (options.once()) {
            return good ? 0 : 1;
        }
        out.printf("%nThe service goes on until Ctrl-C; %s has its addresses and keys for scripts.%n", shown(home.resolve("env")));
        out.printf("  curl %s/v2/exports -H 'Authorization: Bearer %s'%n", service.url(), directory.accountKey());
        shutdown.closeLater(() -> out.printf("%nStopping ...%n"));
        new CountDownLatch(1).await();
        return 0;
    }

    /** As short as it can be said from where the user stands. */
    static Path shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return here.getNameCount() > 0 && path.startsWith(here) ? here.relativize(path) : path;
    }

    /** One at a time, because there is one {@code env} file; given back when the process ends. */
    private boolean lock() throws IOException {
        Files.createDirectories(home);
        FileChannel channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return false;
        }
        shutdown.closeLater(channel);
        return true;
    }

    /** The servers and clients in this process have much to say that a newcomer does not need. */
    private static void logTo(Path file) throws IOException {
        for (Handler handler : ROOT_LOG.getHandlers()) {
            ROOT_LOG.removeHandler(handler);
        }
        ROOT_LOG.addHandler(new FileHandler(new PatternFormatter("%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c{1}] (%t) %s%e%n"), file.toFile(), true));
        ROOT_LOG.setLevel(Level.INFO);
    }
}
