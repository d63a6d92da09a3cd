package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Who wants to know what the logs say. Batches come in log order and again after a crash: applying one twice must be harmless. */
public interface LogListener {

    /** Attempts that have been handed out: requests by anybody, and retries. A failure brings the same batch again. */
    Uni<Void> requested(List<RequestedExport> exports);

    /** States that workers have reported. A failure brings the same batch again. */
    Uni<Void> reported(List<ReportedExport> exports);
}
