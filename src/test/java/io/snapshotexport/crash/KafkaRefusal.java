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
 * Writes refused in the name of a broker that is one of several: not enough replicas are in sync, or the lead has gone to another. A single
 * broker cannot be brought to say so: it leads everything, and of a partition with one replica it never wants two.
 */
final class KafkaRefusal {

    private KafkaRefusal() {
    }

    /** The answer to every Produce: nothing of it has been written. */
    static FaultProxy.Fault of(Errors error) {
        return new FaultProxy.Fault(message -> message.is("Produce"), produce -> frame(produce, error), false);
    }

    private static byte[] frame(Message produce, Errors error) {
        ByteBuffer request = ByteBuffer.wrap(produce.bytes(), Integer.BYTES, produce.bytes().length - Integer.BYTES);
        RequestHeader header = RequestHeader.parse(request);
        ProduceRequestData asked = new ProduceRequestData(new ByteBufferAccessor(request), header.apiVersion());
        ProduceResponseData refusal = new ProduceResponseData();
        asked.topicData().forEach(topic -> refusal.responses().add(refused(topic, error)));
        ResponseHeader answer = header.toResponseHeader();
        ByteBuffer head = bytes(answer.data(), answer.headerVersion());
        ByteBuffer body = bytes(refusal, header.apiVersion());
        int size = head.remaining() + body.remaining();
        return ByteBuffer.allocate(Integer.BYTES + size).putInt(size).put(head).put(body).array();
    }

    private static TopicProduceResponse refused(TopicProduceData topic, Errors error) {
        List<PartitionProduceResponse> partitions = topic.partitionData().stream().map(partition -> new PartitionProduceResponse()
                .setIndex(partition.index()).setErrorCode(error.code()).setBaseOffset(-1)).toList();
        return new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId()).setPartitionResponses(partitions);
    }

    private static ByteBuffer bytes(ApiMessage message, short version) {
        return MessageUtil.toByteBufferAccessor(message, version).buffer();
    }
}
