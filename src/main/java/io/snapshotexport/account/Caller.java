package io.snapshotexport.account;

/**
 * Who a request comes from.
 *
 * @param owner that everything the request touches belongs to
 * @param keyId the key it was made with
 * @param role  what the key may do
 */
public record Caller(Account owner, String keyId, Role role) {

    /** The name of the account. */
    public String account() {
        return owner.name();
    }
}
