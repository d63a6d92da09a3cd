package io.snapshotexport.account;

/**
 * Who a request comes from.
 *
 * @param account the account that everything the request touches belongs to
 * @param keyId   the key it was made with
 * @param role    what the key may do
 */
public record Caller(String account, String keyId, Role role) {
}
