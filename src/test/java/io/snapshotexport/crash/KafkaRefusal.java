package io.snapshotexport.crash;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * What a broker answers whose topics want more replicas in sync than there are, as after the loss of other brokers. A single broker cannot be
 * brought to say so: of a partition with one replica it never wants two.
 */
final class KafkaRefusal {

    private KafkaRefusal() {
    }

    /** The answer to a Produce, as a frame: nothing of it has been written. */
    static byte[] notEnoughReplicas(Message produce) {
        ByteBuffer request = ByteBuffer.wrap(produce.bytes(), Integer.BYTES, produce.bytes().length - Integer.BYTES);
        RequestHeader header = RequestHeader.parse(request);
        ProduceRequestData asked = new ProduceRequestData(new ByteBufferAccessor(request), header.apiVersion());
        ProduceResponseData refusal = new ProduceResponseData();
        asked.topicData().forEach(topic -> refusal.responses().add(refused(topic)));
        ResponseHeader answer = header.toResponseHeader();
        ByteBuffer head = bytes(answer.data(), answer.headerVersion());
        ByteBuffer body = bytes(refusal, header.apiVersion());
        int size = head.remaining() + body.remaining();
        return ByteBuffer.allocate(Integer.BYTES + size).putInt(size).put(head).put(body).array();
    }

    private static TopicProduceResponse refused(TopicProduceData topic) {
        List<PartitionProduceResponse> partitions = topic.partitionData().stream().map(partition -> new PartitionProduceResponse()
                .setIndex(partition.index()).setErrorCode(Errors.NOT_ENOUGH_REPLICAS.code()).setBaseOffset(-1)).toList();
        return new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId()).setPartitionResponses(partitions);
    }

    private static ByteBuffer bytes(ApiMessage message, short version) {
        return MessageUtil.toByteBufferAccessor(message, version).buffer();
    }
}
