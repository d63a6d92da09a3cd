package io.snapshotexport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * A page of a list.
 *
 * @param nextToken where the next page begins; null on the last page
 */
@RegisterForReflection
record ExportPageBody(
        List<ExportBody> results,
        @JsonProperty("next_token") @JsonInclude(JsonInclude.Include.NON_NULL) String nextToken) {
}
