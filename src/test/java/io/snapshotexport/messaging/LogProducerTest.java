package io.snapshotexport.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a producer says when its own tries are over. How real brokers fail is in the tests of whole systems. */
class LogProducerTest {

    private final MockProducer<byte[], byte[]> kafka = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final LogProducer producer = new LogProducer(kafka, Duration.ofSeconds(2));

    @AfterEach
    void close() {
        producer.close();
    }

    private CompletableFuture<RecordMetadata> send() {
        CompletableFuture<RecordMetadata> written = producer.send(new ProducerRecord<>("export-requests", new byte[] {1})).toCompletableFuture();
        await().until(() -> !kafka.history().isEmpty());
        return written;
    }

    static Stream<RuntimeException> refusals() {
        return Stream.of(new NotLeaderOrFollowerException("the leader is another"), new LeaderNotAvailableException("there is no leader"),
                new NotEnoughReplicasException("too few replicas"), new TimeoutException("no acknowledgement"),
                new DisconnectException("cut"), new BrokerNotAvailableException("away"), new KafkaStorageException("disk full"),
                new TopicAuthorizationException("may not write"), new ClusterAuthorizationException("may not"),
                new SaslAuthenticationException("wrong password"), new KafkaException("Producer is closed forcefully."));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatTheBrokerDoesNotTakeFailsAndWhatItDoesNotAnswerMayBeInTheLog(RuntimeException refusal) {
        CompletableFuture<RecordMetadata> written = send();

        kafka.errorNext(refusal);

        assertThatThrownBy(written::join).isInstanceOf(CompletionException.class).cause().isInstanceOf(LogUnavailableException.class)
                .hasMessage(refusal.getMessage()).hasCause(refusal)
                .extracting(failure -> ((LogUnavailableException) failure).perhapsWritten()).isEqualTo(!(refusal instanceof AuthorizationException || refusal instanceof AuthenticationException));
    }

    @Test
    void whatIsNotEvenHandedOverIsNotWritten() {
        kafka.sendException = new TimeoutException("no metadata");

        CompletableFuture<RecordMetadata> written = producer.send(new ProducerRecord<>("export-requests", new byte[] {1})).toCompletableFuture();

        assertThatThrownBy(written::join).cause().isInstanceOf(LogUnavailableException.class)
                .extracting(failure -> ((LogUnavailableException) failure).perhapsWritten()).isEqualTo(false);
    }

    @Test
    void whatItTakesHasAPlace() {
        CompletableFuture<RecordMetadata> written = send();

        kafka.completeNext();

        assertThat(written.join().topic()).isEqualTo("export-requests");
    }
}
