package io.snapshotexport.messaging;

import io.snapshotexport.export.ExportId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** Creates the topics that are missing, checks those that exist, and sets the share group to begin at the beginning. */
@ApplicationScoped
class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);

    private final KafkaClients clients;
    private final KafkaConfig config;

    @Inject
    TopicSetup(KafkaClients clients, KafkaConfig config) {
        this.clients = clients;
        this.config = config;
    }

    /**
     * Blocks for as long as the broker takes; safe to run on many processes at once and again and again.
     *
     * @param review is shown all topics, those that exist and those that would be made
     * @throws UnsafeTopicException if the review refuses them, or a topic exists with settings that would break the promises
     * @throws ExecutionException   if the broker cannot do it, now or at all
     */
    void run(TopicReview review) throws ExecutionException, InterruptedException {
        if (config.partitions() < 1 || config.partitions() > ExportId.MAX_PARTITIONS) {
            throw new UnsafeTopicException("snapshot-export.kafka.partitions is " + config.partitions() + " and has to be from 1 to "
                    + ExportId.MAX_PARTITIONS);
        }
        try (Admin admin = clients.admin()) {
            Set<String> names = admin.listTopics().names().get();
            Map<Boolean, List<Topic>> byExistence = Arrays.stream(Topic.values())
                    .collect(Collectors.partitioningBy(topic -> names.contains(topic.topicName())));
            List<Topic> missing = byExistence.get(false);
            List<TopicReplication> shown = new ArrayList<>(check(admin, byExistence.get(true)));
            for (Topic topic : missing) {
                shown.add(wouldBe(admin, topic));
            }
            Optional<String> refusal = review.refusal(shown);
            if (refusal.isPresent()) {
                throw new UnsafeTopicException(refusal.get());
            }
            List<Topic> madeByOthers = new ArrayList<>();
            for (Topic topic : missing) {
                if (!create(admin, topic)) {
                    madeByOthers.add(topic);
                }
            }
            // Not those made here: they are as wanted, and the broker that is asked may not know of them yet.
            check(admin, madeByOthers);
            setUpShareGroup(admin);
        }
    }

    /** Asks the broker to make it and not to: how often it would keep it may be the broker's own default. */
    private TopicReplication wouldBe(Admin admin, Topic topic) throws ExecutionException, InterruptedException {
        try {
            CreateTopicsResult made = admin.createTopics(List.of(wanted(topic)), new CreateTopicsOptions().validateOnly(true));
            return new TopicReplication(topic.topicName(), made.replicationFactor(topic.topicName()).get(),
                    minInSync(made.config(topic.topicName()).get()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return check(admin, List.of(topic)).get(0);
            }
            throw e;
        }
    }

    private static int minInSync(Config config) {
        return Integer.parseInt(config.get("min.insync.replicas").value());
    }

    private NewTopic wanted(Topic topic) {
        Map<String, String> settings = Stream.concat(topic.settings().entrySet().stream(),
                        Stream.of(Map.entry(Topic.TIMESTAMP_TYPE, Topic.LOG_APPEND_TIME)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        int partitions = topic.isQueue() ? 1 : config.partitions();
        return new NewTopic(topic.topicName(), Optional.of(partitions), config.replicationFactor()).configs(settings);
    }

    /** @return false if another process was quicker */
    private boolean create(Admin admin, Topic topic) throws ExecutionException, InterruptedException {
        try {
            NewTopic wanted = wanted(topic);
            admin.createTopics(List.of(wanted)).all().get();
            LOG.infof("topic created topic=%s partitions=%d", topic.topicName(), wanted.numPartitions());
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            return false;
        }
    }

    private List<TopicReplication> check(Admin admin, List<Topic> existing) throws ExecutionException, InterruptedException {
        List<String> names = existing.stream().map(Topic::topicName).toList();
        Map<String, TopicDescription> descriptions = admin.describeTopics(names).allTopicNames().get();
        List<ConfigResource> resources = names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
        Map<ConfigResource, Config> configs = admin.describeConfigs(resources).all().get();
        List<String> faults = new ArrayList<>();
        List<TopicReplication> topics = new ArrayList<>();
        for (Topic topic : existing) {
            String name = topic.topicName();
            Config actual = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
            List<TopicPartitionInfo> partitions = descriptions.get(name).partitions();
            faults.addAll(faults(topic, partitions.size(), setting -> actual.get(setting).value()));
            int replicas = partitions.stream().mapToInt(partition -> partition.replicas().size()).min().orElse(0);
            topics.add(new TopicReplication(name, replicas, minInSync(actual)));
        }
        if (!faults.isEmpty()) {
            throw new UnsafeTopicException(String.join("; ", faults));
        }
        return topics;
    }

    /** What would break the promises, for a person who can change it. */
    static List<String> faults(Topic topic, int partitions, UnaryOperator<String> settings) {
        List<String> faults = new ArrayList<>();
        for (String setting : List.of(Topic.TIMESTAMP_TYPE, "cleanup.policy")) {
            String needed = setting.equals(Topic.TIMESTAMP_TYPE) ? Topic.LOG_APPEND_TIME : topic.settings().get(setting);
            if (!needed.equals(settings.apply(setting))) {
                faults.add("topic " + topic.topicName() + " has " + setting + "=" + settings.apply(setting) + " and needs " + needed);
            }
        }
        if (topic.isQueue() && partitions != 1) {
            faults.add("topic " + topic.topicName() + " has " + partitions + " partitions and needs 1, lest requests wait for busy workers");
        } else if (partitions > ExportId.MAX_PARTITIONS) {
            faults.add("topic " + topic.topicName() + " has " + partitions + " partitions, more than " + ExportId.MAX_PARTITIONS);
        }
        return faults;
    }

    /**
     * A share group that is new begins at the end of the log: what was asked for before the first worker came would be lost. And it would be given
     * what a producer's transaction has taken back.
     */
    private void setUpShareGroup(Admin admin) throws ExecutionException, InterruptedException {
        List<AlterConfigOp> settings = Stream.of(new ConfigEntry("share.auto.offset.reset", "earliest"),
                        new ConfigEntry("share.isolation.level", "read_committed"))
                .map(setting -> new AlterConfigOp(setting, AlterConfigOp.OpType.SET)).toList();
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, config.shareGroup()), settings)).all().get();
    }
}
