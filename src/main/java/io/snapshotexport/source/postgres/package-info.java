/**
 * Databases on PostgreSQL. {@code us-std/shop} is the database {@code shop}, schema {@code public}; {@code us-std/shop/archive} is
 * the schema {@code archive} in it. A table is a collection, a row a document, the primary key its id.
 *
 * <p>One {@code REPEATABLE READ READ ONLY} transaction exports its snapshot, every reader imports it, and reads with
 * {@code COPY ... (FORMAT binary)}.
 *
 * <p>What is a collection: ordinary tables (rows of inheritance children belong to the children, which are tables themselves) and
 * partitioned tables, as one. What is not: partitions, views, foreign tables, tables of extensions unless named.
 *
 * <p>A table with exactly the columns {@code id} (its primary key), {@code ts} (timestamptz) and {@code data} (jsonb or json), and
 * {@code ttl} (timestamptz) if it likes, is a document table: {@code data} is the document. Generated columns do not count. Any
 * other table is relational: each column is a field.
 */
package io.snapshotexport.source.postgres;
