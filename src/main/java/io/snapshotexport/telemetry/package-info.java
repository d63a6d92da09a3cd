/**
 * What a process tells about exports while it works on them: spans of a trace, and the fixed keys of log lines. OpenTelemetry stays in
 * here; between processes goes a {@link io.snapshotexport.export.Correlation}, which is plain text.
 */
package io.snapshotexport.telemetry;
