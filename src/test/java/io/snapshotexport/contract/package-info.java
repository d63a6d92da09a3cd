/** What the service promises in {@code openapi.yaml} and {@code asyncapi.yaml}, as tests use it. */
package io.snapshotexport.contract;
