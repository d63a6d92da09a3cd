// Requests an export over Kafka and prints its id, which the acknowledgement tells:
//
//   npm install
//   node request-export.mjs localhost:9092 '{"account":"default","database":"us-std/my_db","destination":"s3://my-bucket/exports/my_db"}'
import kafkajs from 'kafkajs';

const { Kafka, Partitioners, logLevel } = kafkajs;
const EPOCH_MILLIS = 1577836800000n; // 2020-01-01T00:00:00Z

// 41 bits of log-append time, 10 of partition, 12 of offset: too many for a number.
function exportId(logAppendMillis, partition, offset) {
  return ((BigInt(logAppendMillis) - EPOCH_MILLIS) << 22n) | (BigInt(partition) << 12n) | (BigInt(offset) & 4095n);
}

const [broker, request] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'request-export', brokers: [broker], logLevel: logLevel.ERROR });
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
try {
  // One message a call: an acknowledgement has the offset of the first message that went to a partition, the next ones follow it.
  const [place] = await producer.send({ topic: 'export-requests', acks: -1, messages: [{ value: request }] });
  console.log(exportId(place.logAppendTime, place.partition, place.baseOffset).toString());
} finally {
  await producer.disconnect();
}
