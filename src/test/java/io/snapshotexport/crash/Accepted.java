package io.snapshotexport.crash;

import java.util.List;

/**
 * An export that somebody was promised: by 201, or by the acknowledgement of a record.
 *
 * @param collections asked for
 * @param impossible  whether it must fail, because it asks for what is not there
 */
record Accepted(String id, String path, List<String> collections, boolean impossible) {
}
