// Prints what becomes of exports, one line a change, from the first record that Kafka still has, until it is stopped:
//
//   npm install
//   node follow-exports.mjs localhost:9092 my-group
//
// Run again with the same group, it goes on where it was.
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const [broker, groupId] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'follow-exports', brokers: [broker], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId });

// The last change of each export that has not ended. A record may come twice, and an attempt that was given up may still speak.
const seen = new Map();

function isNews(change) {
  const last = seen.get(change.id);
  return !last || change.attempt > last.attempt || (change.attempt === last.attempt && change.sequence > last.sequence);
}

function print({ updated_at, id, state, attempt, progress, failure }) {
  const fields = [updated_at, id, state, `attempt ${attempt}`, `${progress.documents} documents`, failure?.message];
  console.log(fields.filter(Boolean).join('\t'));
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => consumer.disconnect());
}
await consumer.connect();
await consumer.subscribe({ topic: 'export-states', fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    if (!message.value) {
      return;
    }
    const change = JSON.parse(message.value);
    if (isNews(change)) {
      print(change);
      if (change.state === 'InProgress') {
        seen.set(change.id, change);
      } else {
        seen.delete(change.id);
      }
    }
  },
});
