package io.snapshotexport.account;

/** A key that was just made, and its secret, which is to be shown once and then forgotten. */
public record IssuedKey(AccountKey key, AccountKeySecret secret) {
}
