/**
 * Where documents come from: a small interface, and one package an implementation. A source opens a snapshot, lists its
 * collections and reads them in id order, as documents in the asked format, side by side on one snapshot.
 */
package io.snapshotexport.source;
