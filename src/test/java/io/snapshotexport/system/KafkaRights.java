package io.snapshotexport.system;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Takes rights in Kafka away from everybody, the service included, until it is closed. */
final class KafkaRights implements AutoCloseable {

    private final Admin admin;

    KafkaRights(TestSystem system) {
        admin = Admin.create(Map.of("bootstrap.servers", system.servers().kafka().bootstrapServers()));
    }

    /** Everybody may do everything with the topic, but for this. */
    void deny(String topic, AclOperation operation) throws ExecutionException, InterruptedException {
        admin.createAcls(List.of(right(topic, AclOperation.ALL, AclPermissionType.ALLOW), right(topic, operation, AclPermissionType.DENY)))
                .all().get();
    }

    void allowEverything() throws ExecutionException, InterruptedException {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    private static AclBinding right(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", operation, permission));
    }

    @Override
    public void close() {
        try (Admin last = admin) {
            last.deleteAcls(List.of(AclBindingFilter.ANY));
        }
    }
}
