package io.snapshotexport.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What an export may be asked for that changes what it costs. */
record Variant(String format, boolean gzip) {

    void addTo(ObjectNode request) {
        if (gzip) {
            request.put("datafile_compression", true);
        }
    }

    /** For the table. */
    String words() {
        return format + (gzip ? ", gzip" : "");
    }
}
