package io.snapshotexport.source.postgres;

/**
 * How a column is read.
 *
 * @param sql     what to select
 * @param decoder what makes a value of it
 */
record ColumnReading(String sql, ValueDecoder decoder) {
}
