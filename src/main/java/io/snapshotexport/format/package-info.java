/**
 * Documents as JSON bytes, in the formats simple and tagged. Everything here writes bytes straight into one buffer: no tree and no
 * object per value, because this is the path that every exported byte takes.
 */
package io.snapshotexport.format;
