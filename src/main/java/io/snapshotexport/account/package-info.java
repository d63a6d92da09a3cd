/** Who may ask: accounts, their keys, and how a key is recognised. Where keys are kept is the store's affair. */
package io.snapshotexport.account;
