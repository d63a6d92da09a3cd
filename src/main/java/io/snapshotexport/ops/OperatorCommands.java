package io.snapshotexport.ops;

import static io.snapshotexport.export.InvalidValueException.shown;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Account;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.AccountKeySecret;
import io.snapshotexport.account.AuditLog;
import io.snapshotexport.account.DatabasePattern;
import io.snapshotexport.account.IssuedKey;
import io.snapshotexport.account.KeyIssue;
import io.snapshotexport.account.Role;
import io.snapshotexport.api.BucketGrants;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PlainText;
import io.snapshotexport.messaging.LogReplay;
import io.snapshotexport.store.AccountStore;
import io.snapshotexport.store.StoreStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * What an operator does from the command line: accounts and keys, straight in the store; how the store is filled again; the policies of
 * buckets. Not for an event loop: it blocks.
 */
@ApplicationScoped
public class OperatorCommands {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE_ERROR = 2;
    private static final AuditLog.Origin OPERATOR = new AuditLog.Origin(null, null, AuditLog.COMMAND_LINE, null);

    private final StoreStart store;
    private final AccountStore accounts;
    private final KeyIssue keyIssue;
    private final AccountConfig config;
    private final LogReplay logs;
    private final BucketGrants bucketGrants;
    private final Instance<DataSource> database;
    private final ObjectMapper json;

    @Inject
    OperatorCommands(StoreStart store, AccountStore accounts, KeyIssue keyIssue, AccountConfig config, LogReplay logs,
                     BucketGrants bucketGrants, Instance<DataSource> database, ObjectMapper json) {
        this.store = store;
        this.accounts = accounts;
        this.keyIssue = keyIssue;
        this.config = config;
        this.logs = logs;
        this.bucketGrants = bucketGrants;
        this.database = database;
        this.json = json;
    }

    /** The command was right and cannot be done. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    /**
     * Runs one command.
     *
     * @param out for what a script wants to have, and nothing else
     * @param err for what a person wants to read
     * @return the exit code
     */
    public int run(List<String> arguments, PrintStream out, PrintStream err) {
        CommandLine line;
        try {
            line = CommandLine.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return USAGE_ERROR;
        }
        if (line.command() == CommandLine.Command.HELP) {
            out.println(CommandLine.help());
            return DONE;
        }
        try {
            if (line.command() == CommandLine.Command.BUCKET_POLICY) {
                printPolicy(line, out);
                return DONE;
            }
            store.migrate();
            switch (line.command()) {
                case ACCOUNT_CREATE -> createAccount(line, err);
                case KEY_CREATE -> createKey(line, out, err);
                case KEY_LIST -> listKeys(line, out);
                case KEY_REVOKE -> revokeKey(line, err);
                case STORE_MIGRATE -> migrate(line, err);
                case STORE_REBUILD -> rebuildStore(err);
                default -> throw new IllegalStateException(line.command().name());
            }
            return DONE;
        } catch (RuntimeException e) {
            // Expected or not: on a command line a sentence is worth more than a stack trace.
            String why = e.getMessage() == null ? e.toString() : e.getMessage().strip();
            err.println("snapshot-export: " + why.lines().map(PlainText::of).collect(Collectors.joining("\n")));
            return FAILED;
        }
    }

    /** The schema is there by now. */
    private void migrate(CommandLine line, PrintStream err) {
        err.println("The schema is up to date.");
        Optional<String> api = line.option("api-role");
        Optional<String> scaling = line.option("scaling-role");
        if (api.isEmpty() && scaling.isEmpty()) {
            return;
        }
        try (Connection owner = database.get().getConnection()) {
            StoreRights.grant(owner, api, scaling);
        } catch (SQLException e) {
            throw new Refusal("the store does not give the rights: " + e.getMessage());
        }
        err.println("Rights are given to " + Stream.concat(api.stream(), scaling.stream()).collect(Collectors.joining(" and ")) + ".");
    }

    private void createAccount(CommandLine line, PrintStream err) {
        List<DatabasePattern> databases = line.all("database").stream().map(DatabasePattern::parse).toList();
        if (databases.isEmpty()) {
            if (await(accounts::countAccounts) > 0) {
                throw new Refusal("there are accounts already, so say what this one may export: --database 'us-std/acme', "
                        + "--database 'us-std/acme/**' for everything below it, or --database '**' for everything.");
            }
            databases = List.of(DatabasePattern.parse("**"));
        }
        Account account = new Account(line.subject(), line.option("plan").orElse(config.exportPlans().get(0)), databases,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        if (!await(() -> accounts.add(account))) {
            throw new Refusal("there is an account " + shown(account.name()) + " already; nothing was changed.");
        }
        AuditLog.write(OPERATOR, "account.create", account.name(), "ok");
        err.println("Account " + account.name() + " with the plan " + account.plan() + " may export " + account.databases()
                + (config.exportPlans().contains(account.plan()) ? "."
                        : ", but not with this plan: exports need one of " + config.exportPlans() + "."));
    }

    private void createKey(CommandLine line, PrintStream out, PrintStream err) {
        if (await(() -> accounts.findAccount(line.subject())).isEmpty()) {
            throw noAccount(line.subject());
        }
        String role = line.option("role").orElseThrow();
        IssuedKey issued = keyIssue.issue(line.subject(), line.option("name").orElseThrow(),
                Role.ofWireName(role).orElseThrow(() -> new Refusal("`--role` is " + shown(role)
                        + "; use one of " + Role.wireNames() + ".")),
                line.option("ttl-days").map(OperatorCommands::days).orElse(OptionalLong.empty()));
        await(() -> accounts.add(issued.key()));
        AuditLog.write(OPERATOR, "key.create", issued.key().id(), "ok");
        err.println("Key " + issued.key().id() + " of the account " + line.subject() + (issued.key().expiresAt() == null ? ""
                : ", valid until " + issued.key().expiresAt()) + ". Its secret, which is not shown again:");
        out.println(issued.secret().reveal());
    }

    private static OptionalLong days(String text) {
        if (!text.matches("-?[0-9]{1,9}")) {
            throw new InvalidValueException("ttl_days", "`--ttl-days` is " + shown(text)
                    + "; use a whole number from 1 to " + KeyIssue.MAX_TTL_DAYS + ".");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private void listKeys(CommandLine line, PrintStream out) {
        if (await(() -> accounts.findAccount(line.subject())).isEmpty()) {
            throw noAccount(line.subject());
        }
        for (AccountKey key : await(() -> accounts.list(line.subject()))) {
            out.println(String.join("\t", key.id(), key.name(), key.role().wireName(), key.createdAt().toString(), time(key.expiresAt()),
                    time(key.lastUsedAt()), time(key.revokedAt())));
        }
    }

    private static String time(Instant time) {
        return time == null ? "-" : time.toString();
    }

    private void revokeKey(CommandLine line, PrintStream err) {
        String id = line.subject();
        Optional<AccountKey> revoked = AccountKeySecret.isKeyId(id)
                ? await(() -> accounts.revoke(id, Instant.now().truncatedTo(ChronoUnit.MICROS)))
                : Optional.empty();
        AccountKey key = revoked.orElseThrow(() -> new Refusal("there is no key " + shown(AccountKeySecret.redacted(id))
                + "; `key list ACCOUNT` lists those of an account."));
        AuditLog.write(OPERATOR, "key.revoke", key.id(), "ok");
        err.println("Key " + key.id() + " of the account " + key.account() + " is revoked since " + key.revokedAt() + ".");
    }

    private void rebuildStore(PrintStream err) {
        try {
            logs.fromTheBeginning();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; run it again", e);
        }
        AuditLog.write(OPERATOR, "store.rebuild", "exports", "ok");
        long count = await(accounts::countAccounts);
        err.println("When the API processes start, they read every export from Kafka into this store. It has "
                + (count == 0 ? "no account yet: restore accounts and keys from a backup, or make them anew." : count + " account(s)."));
    }

    private void printPolicy(CommandLine line, PrintStream out) {
        try {
            out.println(json.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(bucketGrants.policyOf(line.subject(), !line.has(CommandLine.NO_ACL))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Refusal noAccount(String name) {
        return new Refusal("there is no account " + shown(name) + "; `account create` makes one.");
    }

    private static <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
