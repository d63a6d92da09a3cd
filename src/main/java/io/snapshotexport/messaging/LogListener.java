package io.snapshotexport.messaging;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Who wants to know what the logs say. Batches come in log order and again after a crash: applying one twice must be harmless. */
public interface LogListener {

    /** Requests that have been published by anybody. A failure brings the same batch again. */
    Uni<Void> requested(List<RequestedExport> exports);

    /** States that workers have reported. A failure brings the same batch again. */
    Uni<Void> reported(List<ReportedExport> exports);
}
