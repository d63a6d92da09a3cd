package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.Account;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.AccountKeys;
import io.snapshotexport.account.DatabasePattern;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Accounts and their keys. Every call fails with {@link StoreUnavailableException} when PostgreSQL stays away. */
@ApplicationScoped
public class AccountStore implements AccountKeys {

    /** As many keys of an account as are ever listed; those that are revoked come last. */
    public static final int MOST_LISTED = 1000;

    private static final Logger LOG = Logger.getLogger(AccountStore.class);
    private static final String FIND = """
            select k, a from AccountKeyEntity k join AccountEntity a on a.name = k.account where k.id = :id""";
    private static final String INSERT = """
            insert into AccountEntity (name, plan, databases, createdAt) values (:name, :plan, :databases, :createdAt)
            on conflict (name) do nothing""";

    private final Keys keys;
    private final Accounts accounts;
    private final StoreSession session;
    private final Vertx vertx;
    private final Set<String> beingNoted = ConcurrentHashMap.newKeySet();

    @Inject
    AccountStore(Keys keys, Accounts accounts, StoreSession session, Vertx vertx) {
        this.keys = keys;
        this.accounts = accounts;
        this.session = session;
        this.vertx = vertx;
    }

    @Override
    public Uni<Optional<Owned>> find(String keyId) {
        return session.read(() -> Panache.getSession().flatMap(open -> open.createSelectionQuery(FIND, Object[].class)
                        .setParameter("id", keyId)
                        .getSingleResultOrNull()))
                .map(row -> row == null ? Optional.empty()
                        : Optional.of(new Owned(((AccountKeyEntity) row[0]).toKey(), ((AccountEntity) row[1]).toAccount())));
    }

    @Override
    public void used(String keyId, Instant now) {
        if (!beingNoted.add(keyId)) {
            return;
        }
        // In a context of its own: the request's has a session that is in use.
        Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        context.runOnContext(ignored -> session
                .write(() -> keys.update("lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt < ?3)",
                        now, keyId, now.minus(LAST_USED_STEP)))
                .onTermination().invoke(() -> beingNoted.remove(keyId))
                .subscribe().with(noted -> { }, failure -> LOG.warnf("use of a key not noted key=%s: %s", keyId, failure.getMessage())));
    }

    /** Adds the account; false if there is one of that name. */
    public Uni<Boolean> add(Account account) {
        return session.write(() -> insert(account));
    }

    private static Uni<Boolean> insert(Account account) {
        return Panache.getSession().flatMap(open -> open.createMutationQuery(INSERT)
                .setParameter("name", account.name())
                .setParameter("plan", account.plan())
                .setParameter("databases", account.databases().stream().map(DatabasePattern::toString).toArray(String[]::new))
                .setParameter("createdAt", account.createdAt())
                .executeUpdate()
                .map(inserted -> inserted == 1));
    }

    /** Adds the account and its key, if there is no account at all. Of several processes that try at once, one does. */
    Uni<Boolean> addFirst(Account account, AccountKey key) {
        return session.write(() -> accounts.count().flatMap(count -> count > 0
                ? Uni.createFrom().item(false)
                : insert(account).flatMap(inserted -> inserted
                        ? keys.persist(AccountKeyEntity.of(key)).replaceWith(true)
                        : Uni.createFrom().item(false))));
    }

    public Uni<Long> countAccounts() {
        return session.read(accounts::count);
    }

    public Uni<Optional<Account>> findAccount(String name) {
        return session.read(() -> accounts.findById(name)).map(entity -> Optional.ofNullable(entity).map(AccountEntity::toAccount));
    }

    /** Adds a key to an account that exists. */
    public Uni<Void> add(AccountKey key) {
        // Done twice after a broken connection it must not fail on what the first time has done.
        return session.write(() -> keys.findById(key.id()).flatMap(there -> there != null
                ? Uni.createFrom().voidItem()
                : keys.persist(AccountKeyEntity.of(key)).replaceWithVoid()));
    }

    /** The account's keys, newest first, revoked ones last, {@link #MOST_LISTED} at most. */
    public Uni<List<AccountKey>> list(String account) {
        return session.read(() -> keys
                .find("account = ?1 order by case when revokedAt is null then 0 else 1 end, createdAt desc, id", account)
                .page(0, MOST_LISTED).list())
                .map(entities -> entities.stream().map(AccountKeyEntity::toKey).toList());
    }

    /** How many keys of the account are neither revoked nor expired. */
    public Uni<Long> countValid(String account, Instant now) {
        return session.read(() -> keys.count("account = ?1 and revokedAt is null and (expiresAt is null or expiresAt > ?2)", account, now));
    }

    /** Ends a key; one that was revoked before stays as it is. Nothing if there is no such key. */
    public Uni<Optional<AccountKey>> revoke(String keyId, Instant now) {
        return session.write(() -> keys.update("revokedAt = ?1 where id = ?2 and revokedAt is null", now, keyId)
                .chain(() -> keys.findById(keyId)))
                .map(entity -> Optional.ofNullable(entity).map(AccountKeyEntity::toKey));
    }

    @ApplicationScoped
    static class Keys implements PanacheRepositoryBase<AccountKeyEntity, String> {
    }

    @ApplicationScoped
    static class Accounts implements PanacheRepositoryBase<AccountEntity, String> {
    }
}
