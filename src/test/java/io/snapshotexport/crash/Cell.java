package io.snapshotexport.crash;

import static io.snapshotexport.crash.Phase.ACCEPTED;
import static io.snapshotexport.crash.Phase.BEFORE_EVENT;
import static io.snapshotexport.crash.Phase.BEFORE_MANIFEST;
import static io.snapshotexport.crash.Phase.BEFORE_PUBLISH;
import static io.snapshotexport.crash.Phase.BEING_ACCEPTED;
import static io.snapshotexport.crash.Phase.EVENT_WRITTEN;
import static io.snapshotexport.crash.Phase.HANDED_ON;
import static io.snapshotexport.crash.Phase.HANDING_ON;
import static io.snapshotexport.crash.Phase.LANE;
import static io.snapshotexport.crash.Phase.MANIFEST_WRITTEN;
import static io.snapshotexport.crash.Phase.PROJECTING;
import static io.snapshotexport.crash.Phase.PUBLISHED;
import static io.snapshotexport.crash.Phase.UPLOAD;
import static io.snapshotexport.crash.Phase.WATCHDOG;
import static io.snapshotexport.crash.Phase.WATCHDOG_DONE;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A scenario of the crash matrix: what happens to whom in which moment. The names are what deploy/CRASHES.md and deploy/RUNBOOK.md cite. */
enum Cell {

    /** The first, because nothing tells one export's acceptance from another's. */
    WORKER_KILLED_WHILE_ACCEPTING(BEING_ACCEPTED, Outage.KILL, 2, "worker"),
    API_KILLED_BEFORE_PUBLISH(BEFORE_PUBLISH, Outage.KILL, 1, "api"),
    BROKER_KILLED_BEFORE_PUBLISH(BEFORE_PUBLISH, Outage.KILL, 1, "broker"),
    BROKER_REFUSES_WRITES_BEFORE_PUBLISH(BEFORE_PUBLISH, Outage.REFUSE_WRITES, 1, "broker"),
    BROKER_DISK_FULL_BEFORE_PUBLISH(BEFORE_PUBLISH, Outage.DISK_FULL, 1, "broker"),
    API_KILLED_AFTER_PUBLISH(PUBLISHED, Outage.KILL, 1, "api"),
    BROKER_KILLED_AFTER_PUBLISH(PUBLISHED, Outage.KILL, 1, "broker"),
    STORE_KILLED_AFTER_PUBLISH(PUBLISHED, Outage.KILL, 1, "store"),
    API_AND_STORE_KILLED_AFTER_PUBLISH(PUBLISHED, Outage.KILL, 1, "api", "store"),
    WORKER_KILLED_AFTER_ACCEPT(ACCEPTED, Outage.KILL, 2, "worker"),
    BROKER_KILLED_AFTER_ACCEPT(ACCEPTED, Outage.KILL, 1, "broker"),
    WORKER_KILLED_IN_LANE(LANE, Outage.KILL, 2, "worker"),
    WORKER_PAUSED_IN_LANE(LANE, Outage.PAUSE, 2, "worker"),
    SOURCE_KILLED_IN_LANE(LANE, Outage.KILL, 2, "source"),
    SOURCE_CUT_IN_LANE(LANE, Outage.CUT, 2, "source"),
    BROKER_KILLED_IN_LANE(LANE, Outage.KILL, 1, "broker"),
    WORKER_KILLED_IN_UPLOAD(UPLOAD, Outage.KILL, 2, "worker"),
    S3_KILLED_IN_UPLOAD(UPLOAD, Outage.KILL, 1, "s3"),
    S3_SLOWS_DOWN_IN_UPLOAD(UPLOAD, Outage.ERRORS, 1, "s3"),
    WORKER_AND_BROKER_KILLED_IN_UPLOAD(UPLOAD, Outage.KILL, 2, "worker", "broker"),
    SOURCE_AND_S3_KILLED_IN_UPLOAD(UPLOAD, Outage.KILL, 1, "source", "s3"),
    WORKER_KILLED_BEFORE_MANIFEST(BEFORE_MANIFEST, Outage.KILL, 2, "worker"),
    S3_KILLED_BEFORE_MANIFEST(BEFORE_MANIFEST, Outage.KILL, 1, "s3"),
    WORKER_AND_S3_KILLED_BEFORE_MANIFEST(BEFORE_MANIFEST, Outage.KILL, 2, "worker", "s3"),
    WORKER_KILLED_AFTER_MANIFEST(MANIFEST_WRITTEN, Outage.KILL, 2, "worker"),
    S3_KILLED_AFTER_MANIFEST(MANIFEST_WRITTEN, Outage.KILL, 1, "s3"),
    WORKER_PAUSED_AFTER_MANIFEST(MANIFEST_WRITTEN, Outage.PAUSE, 2, "worker"),
    WORKER_KILLED_BEFORE_EVENT(BEFORE_EVENT, Outage.KILL, 2, "worker"),
    BROKER_KILLED_BEFORE_EVENT(BEFORE_EVENT, Outage.KILL, 1, "broker"),
    BROKER_REFUSES_WRITES_BEFORE_EVENT(BEFORE_EVENT, Outage.REFUSE_WRITES, 1, "broker"),
    BROKER_DISK_FULL_BEFORE_EVENT(BEFORE_EVENT, Outage.DISK_FULL, 1, "broker"),
    WORKER_KILLED_AFTER_EVENT(EVENT_WRITTEN, Outage.KILL, 1, "worker"),
    BROKER_KILLED_AFTER_EVENT(EVENT_WRITTEN, Outage.KILL, 1, "broker"),
    API_KILLED_WHILE_PROJECTING(PROJECTING, Outage.KILL, 1, "api"),
    STORE_KILLED_WHILE_PROJECTING(PROJECTING, Outage.KILL, 1, "store"),
    WORKER_KILLED_WHILE_HANDING_ON(HANDING_ON, Outage.KILL, 2, "worker"),
    BROKER_KILLED_WHILE_HANDING_ON(HANDING_ON, Outage.KILL, 2, "broker"),
    WORKER_KILLED_AFTER_HANDING_ON(HANDED_ON, Outage.KILL, 2, "worker"),
    API_KILLED_BY_WATCHDOG_DECISION(WATCHDOG, Outage.KILL, 2, "api"),
    STORE_KILLED_BY_WATCHDOG_DECISION(WATCHDOG, Outage.KILL, 2, "store"),
    BROKER_KILLED_BY_WATCHDOG_DECISION(WATCHDOG, Outage.KILL, 2, "broker"),
    API_KILLED_AFTER_WATCHDOG_DECISION(WATCHDOG_DONE, Outage.KILL, 2, "api");

    /** What is done to the victim. */
    enum Outage {
        KILL, PAUSE, CUT, ERRORS, REFUSE_WRITES, DISK_FULL
    }

    static final List<String> COLUMNS = List.of("api", "worker", "broker", "store", "source", "s3");

    private final Phase phase;
    private final Outage outage;
    private final int leastAttempt;
    private final List<String> victims;

    /** @param leastAttempt the attempt that completes it, or a later one */
    Cell(Phase phase, Outage outage, int leastAttempt, String... victims) {
        this.phase = phase;
        this.outage = outage;
        this.leastAttempt = leastAttempt;
        this.victims = List.of(victims);
    }

    Phase phase() {
        return phase;
    }

    Outage outage() {
        return outage;
    }

    int leastAttempt() {
        return leastAttempt;
    }

    /** Roles; the process of a role with several is the one that is caught in the moment. */
    List<String> victims() {
        return victims;
    }

    /** {@code workerKilledInLane} of {@code WORKER_KILLED_IN_LANE}. */
    String scenario() {
        String[] words = name().toLowerCase(Locale.ROOT).split("_");
        return words[0] + Arrays.stream(words).skip(1).map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }

    /** The matrix as a Markdown table: phases down, victims across; a pair stands in the column of its first. */
    static String table() {
        StringBuilder table = new StringBuilder("| phase | API | worker | broker | store | source | S3 |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n");
        for (Phase phase : Phase.values()) {
            table.append("| ").append(phase.title()).append(" |");
            for (String column : COLUMNS) {
                table.append(' ').append(Arrays.stream(values()).filter(cell -> cell.phase == phase && cell.victims.get(0).equals(column))
                        .map(cell -> "`" + cell.scenario() + "`").collect(Collectors.joining(", "))).append(" |");
            }
            table.append('\n');
        }
        return table.toString().replace("|  |", "| |").replace("|  |", "| |");
    }
}
