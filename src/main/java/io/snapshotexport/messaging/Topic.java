package io.snapshotexport.messaging;

import java.util.Map;

/**
 * The topics and the settings that the promises rest on. All carry the broker's log-append time: export ids and leases are
 * computed from it.
 */
enum Topic {

    /** The queue. One record is one export. Kept for ever: together with the states it can rebuild the store. */
    REQUESTS(Name.REQUESTS, true, Map.of("cleanup.policy", "delete", "retention.ms", "-1")),
    /** Internal, of the queue: the next attempt of an export that was begun before. */
    RETRIES(Name.RETRIES, true, Map.of("cleanup.policy", "delete")),
    /**
     * Every change of every export, keyed by export id. Each record carries the whole export, so the last one is enough. In small segments, as only
     * what is in an ended one is compacted: who begins an attempt reads all that came since the export was accepted.
     */
    STATES(Name.STATES, false, Map.of("cleanup.policy", "compact", "segment.bytes", "67108864")),
    /** Records of the request log that are no requests, with the reason in a header. Kept for ever; larger than what they are copies of. */
    REQUESTS_DEAD(Name.REQUESTS_DEAD, false, Map.of("cleanup.policy", "delete", "retention.ms", "-1",
            "max.message.bytes", Integer.toString(Topic.LARGEST_RECORD)));

    /** In bytes: no producer of this service writes larger records. Twice the broker's default. */
    static final int LARGEST_RECORD = 2 * 1024 * 1024;

    /** The names, as constants that annotations can use. */
    static final class Name {
        static final String REQUESTS = "export-requests";
        static final String RETRIES = "export-retries";
        static final String STATES = "export-states";
        static final String REQUESTS_DEAD = "export-requests-dead";

        private Name() {
        }
    }

    static final String TIMESTAMP_TYPE = "message.timestamp.type";
    static final String LOG_APPEND_TIME = "LogAppendTime";

    private final String topicName;
    private final boolean queue;
    private final Map<String, String> settings;

    Topic(String topicName, boolean queue, Map<String, String> settings) {
        this.topicName = topicName;
        this.queue = queue;
        this.settings = settings;
    }

    String topicName() {
        return topicName;
    }

    /**
     * Whether workers take from it. Such a topic has one partition: the broker deals several out among the workers, and what lies in a busy
     * one's would wait for it while others are idle.
     */
    boolean isQueue() {
        return queue;
    }

    /** The settings for a new topic, beside {@link #TIMESTAMP_TYPE}. */
    Map<String, String> settings() {
        return settings;
    }
}
