/** The HTTP API: resources, their wire records, errors, paging, idempotency. It publishes requests and reads the store, nothing else. */
package io.snapshotexport.api;
