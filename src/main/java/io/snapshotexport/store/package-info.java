/**
 * What the API answers from: exports, idempotency claims, accounts and their keys, in PostgreSQL. The logs are the truth; the
 * {@link io.snapshotexport.store.Projector} keeps this copy of them.
 */
package io.snapshotexport.store;
