package io.snapshotexport.s3;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.snapshotexport.export.TransientExportException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logging.MDC;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/** The connections of all S3 clients of a process, and the threads that serve them. Thread-safe. */
final class S3Connections implements AutoCloseable {

    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger(S3Connections.class);
    /**
     * The SDK has a handler in every connection that turns each buffer into a hexadecimal dump if its logger takes DEBUG. That is five
     * characters for each byte sent, on the heap, with the user's documents in them, and it has brought down workers with much more heap
     * than they need. So DEBUG for everything does not mean this one: whoever wants it names it. Held here, because loggers may be held
     * weakly elsewhere.
     */
    private static final Logger WIRE_DUMP = Logger.getLogger("io.netty.handler.logging.LoggingHandler");
    /** Long enough for closed connections to be taken off the books; the SDK's own threads would wait for two seconds. */
    private static final int QUIET_MILLIS = 100;
    private static final int SHUTDOWN_MILLIS = 10_000;

    private final EventLoopGroup threads;
    private final SdkAsyncHttpClient client;
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private volatile boolean closing;

    S3Connections(S3Config config) {
        keepDocumentsOutOfTheLog();
        SdkEventLoopGroup group = SdkEventLoopGroup.builder().build();
        threads = group.eventLoopGroup();
        client = NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(group)
                .maxConcurrency(config.maxConnections())
                .maxPendingConnectionAcquires(Integer.MAX_VALUE) // bounded by the writers, each of which waits for its own buffers
                .connectionAcquisitionTimeout(config.attemptTimeout())
                .readTimeout(config.attemptTimeout())
                .writeTimeout(config.attemptTimeout())
                // What is given up is given up: closed in order, a connection that was cut off would deliver an object minutes later.
                .putChannelOption(ChannelOption.SO_LINGER, 0)
                .build();
        threads.forEach(thread -> thread.terminationFuture().addListener(ended -> threadEnded()));
    }

    /** An Error, most likely for want of memory. The SDK does not notice: requests of that thread end only with their timeouts. */
    private void threadEnded() {
        IOException dead = new IOException("a thread that serves connections has died");
        if (!closing && broken.completeExceptionally(new TransientExportException("The service lost a thread that sends to S3.", dead))) {
            // The thread may have been made for an export, whose keys it has inherited; this is about all of them.
            MDC.clear();
            LOG.error("a thread that serves connections to S3 has died; what is being written fails, the next export gets new connections");
        }
    }

    private static void keepDocumentsOutOfTheLog() {
        if (WIRE_DUMP.getLevel() == null) {
            WIRE_DUMP.setLevel(Level.INFO);
        }
    }

    SdkAsyncHttpClient client() {
        return client;
    }

    /** Fails when these connections have become useless; never completes otherwise. */
    CompletableFuture<Void> broken() {
        return broken;
    }

    /** For tests, which cannot make an Error happen in one. */
    EventLoopGroup threads() {
        return threads;
    }

    @Override
    public void close() {
        closing = true;
        client.close();
        threads.shutdownGracefully(QUIET_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    }
}
