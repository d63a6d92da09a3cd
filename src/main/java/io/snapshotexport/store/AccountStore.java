package io.snapshotexport.store;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import io.snapshotexport.account.AccountKey;
import io.snapshotexport.account.AccountKeys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Accounts and their keys. */
@ApplicationScoped
class AccountStore implements AccountKeys {

    private static final String INSERT_FIRST = """
            insert into AccountEntity (name, createdAt) values (:name, :createdAt) on conflict (name) do nothing""";

    private final Keys keys;
    private final Accounts accounts;
    private final StoreSession session;

    @Inject
    AccountStore(Keys keys, Accounts accounts, StoreSession session) {
        this.keys = keys;
        this.accounts = accounts;
        this.session = session;
    }

    @Override
    public Uni<Optional<AccountKey>> find(String keyId) {
        return session.read(() -> keys.findById(keyId)).map(entity -> Optional.ofNullable(entity).map(AccountKeyEntity::toKey));
    }

    /** Makes the account of the key and the key, if there is no account at all. Of several processes that try at once, one does. */
    Uni<Boolean> addFirst(AccountKey key) {
        return session.write(() -> accounts.count().flatMap(count -> count > 0
                ? Uni.createFrom().item(false)
                : Panache.getSession().flatMap(open -> open.createMutationQuery(INSERT_FIRST)
                                .setParameter("name", key.account())
                                .setParameter("createdAt", key.createdAt())
                                .executeUpdate())
                        .flatMap(inserted -> inserted == 0
                                ? Uni.createFrom().item(false)
                                : keys.persist(AccountKeyEntity.of(key)).replaceWith(true))));
    }

    @ApplicationScoped
    static class Keys implements PanacheRepositoryBase<AccountKeyEntity, String> {
    }

    @ApplicationScoped
    static class Accounts implements PanacheRepositoryBase<AccountEntity, String> {
    }
}
