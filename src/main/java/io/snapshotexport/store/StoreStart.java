package io.snapshotexport.store;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Account;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.account.AuditLog;
import io.snapshotexport.account.DatabasePattern;
import io.snapshotexport.account.KeyIssue;
import io.snapshotexport.account.Role;
import io.snapshotexport.messaging.RetryPause;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/** Brings the store into shape when a process with the API role starts: its schema and, where asked for, the first account. */
@ApplicationScoped
public class StoreStart {

    private static final Logger LOG = Logger.getLogger(StoreStart.class);
    private static final String FIRST_ACCOUNT = "default";

    private final boolean apiRole;
    private final Optional<String> firstAccountKey;
    private final Instance<Flyway> flyway;
    private final Instance<AgroalDataSource> connections;
    private final AccountStore accounts;
    private final KeyIssue keyIssue;
    private final AccountConfig config;
    private volatile boolean ready;
    private volatile Thread thread;

    @Inject
    StoreStart(@ConfigProperty(name = "snapshot-export.role.api") boolean apiRole,
               @ConfigProperty(name = "snapshot-export.first-account-key") Optional<String> firstAccountKey,
               Instance<Flyway> flyway, Instance<AgroalDataSource> connections, AccountStore accounts, KeyIssue keyIssue,
               AccountConfig config) {
        this.apiRole = apiRole;
        this.firstAccountKey = firstAccountKey;
        this.flyway = flyway;
        this.connections = connections;
        this.accounts = accounts;
        this.keyIssue = keyIssue;
        this.config = config;
    }

    void onStart(@Observes StartupEvent started) {
        if (apiRole) {
            thread = new Thread(this::setUp, "store-setup");
            thread.setDaemon(true);
            thread.start();
        }
    }

    void onStop(@Observes ShutdownEvent stopped) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void setUp() {
        Optional<AccountKeySecret> first = firstAccountKey.flatMap(AccountKeySecret::parse);
        if (firstAccountKey.isPresent() && first.isEmpty()) {
            LOG.error("refusing to start: snapshot-export.first-account-key is no account key secret; it looks like sxk_...");
            Quarkus.asyncExit(1);
            return;
        }
        RetryPause pause = new RetryPause(LOG, "the store");
        while (!ready && !Thread.currentThread().isInterrupted()) {
            try {
                migrate();
                if (first.isPresent()) {
                    addFirstAccount(first.get());
                } else if (await(accounts::countAccounts) == 0) {
                    LOG.infof("there is no account yet, so every request is refused; make one with a key: %s account create NAME && "
                            + "%<s key create NAME --name first --role owner", command());
                }
                ready = true;
                LOG.info("store is ready");
            } catch (RuntimeException e) {
                // Flyway does not give back a connection that broke under it, and a pool without any would hold up the start for good.
                connections.get().flush(AgroalDataSource.FlushMode.ALL);
                pause.after(e);
            }
        }
    }

    /** Brings the schema up to date; blocks until it is. Safe to run by many processes at once. */
    public void migrate() {
        flyway.get().migrate();
    }

    /** How this program is called. */
    private static String command() {
        return ImageMode.current() == ImageMode.NATIVE_RUN
                ? ProcessHandle.current().info().command().orElse("snapshot-export")
                : "java -jar quarkus-run.jar";
    }

    private void addFirstAccount(AccountKeySecret secret) {
        AccountKey key = keyIssue.issue(secret, FIRST_ACCOUNT, "first key", Role.OWNER, OptionalLong.empty()).key();
        Account account = new Account(FIRST_ACCOUNT, config.exportPlans().get(0), List.of(DatabasePattern.parse("**")), key.createdAt());
        if (await(() -> accounts.addFirst(account, key))) {
            AuditLog.Origin start = new AuditLog.Origin(null, null, "configuration", null);
            AuditLog.write(start, "account.create", account.name(), "ok");
            AuditLog.write(start, "key.create", key.id(), "ok");
            LOG.infof("account created account=%s key=%s", key.account(), key.id());
        }
    }

    private static <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the store cannot do it: " + e.getMessage(), e);
        }
    }

    /** Whether the schema is there. Says nothing of whether PostgreSQL answers right now: requests wait for it by themselves. */
    public boolean isReady() {
        return ready;
    }
}
