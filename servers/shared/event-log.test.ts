import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bounds, EventStore, type ResumableStream, type SessionLog } from './event-log.ts';

const wide: Bounds = {
	resumableStreams: 100,
	eventsPerSession: 100,
	eventBytesPerSession: 1e6,
	events: 1000,
	eventBytes: 1e6,
};

function open(log: SessionLog): ResumableStream {
	const stream = log.openStream();
	assert.ok(stream);
	stream.expect();
	return stream;
}

/** What a client that has seen the given event would have replayed; undefined where it would be refused. */
function missed(log: SessionLog, stream: ResumableStream, seq: number): string[] | undefined {
	return log.after(`${stream.number}-${seq}`)?.missed.map(({ json }) => json);
}

test('a replay holds the events of one stream only, in order', () => {
	const log = new EventStore(0, wide).openLog(true);
	const [one, other] = [open(log), open(log)];
	for (const [stream, text] of [
		[one, 'a'],
		[other, 'b'],
		[one, 'c'],
	] as const) {
		void stream.push(text);
	}
	one.settle('d');
	one.end();
	assert.deepEqual(missed(log, one, 0), ['a', 'c', 'd']);
	assert.deepEqual(missed(log, one, 1), ['c', 'd']);
	assert.deepEqual(missed(log, one, 4), []);
	assert.deepEqual(missed(log, other, 0), ['b']);
	assert.equal(missed(log, one, 5), undefined, 'an id that was never given');
});

test('a session keeps so many events and bytes; who missed a lost one is refused', () => {
	const store = new EventStore(0, { ...wide, eventsPerSession: 3 });
	const log = store.openLog(true);
	const stream = open(log);
	for (const text of ['a', 'b', 'c', 'd', 'e']) void stream.push(text);
	assert.equal(store.events, 3);
	assert.equal(missed(log, stream, 1), undefined);
	assert.deepEqual(missed(log, stream, 2), ['c', 'd', 'e']);
	const small = new EventStore(0, { ...wide, eventBytesPerSession: 500 });
	const bytes = small.openLog(true);
	const busy = open(bytes);
	for (const text of ['a', 'b', 'c', 'd']) void busy.push(text);
	assert.deepEqual([small.events, small.bytes <= 500], [3, true]);
	void busy.push('x'.repeat(600));
	assert.equal(small.events, 3, 'one message too long does not drive out the others');
	assert.equal(missed(bytes, busy, 4), undefined);
	assert.deepEqual(missed(bytes, busy, 5), []);
});

test('the whole process keeps so many: the session silent longest loses its oldest first', () => {
	const store = new EventStore(0, { ...wide, events: 4 });
	const [quiet, loud, third] = [store.openLog(true), store.openLog(true), store.openLog(true)];
	const streams = [open(quiet), open(loud), open(third)] as const;
	for (const stream of [streams[0], streams[0], streams[1], streams[2]]) void stream.push('a');
	void streams[1].push('b');
	assert.deepEqual([missed(quiet, streams[0], 0), missed(quiet, streams[0], 1)], [undefined, ['a']]);
	void streams[1].push('c');
	assert.equal(missed(quiet, streams[0], 1), undefined);
	void streams[1].push('d');
	assert.equal(missed(third, streams[2], 0), undefined, 'the next in silence');
	assert.deepEqual(missed(loud, streams[1], 0), ['a', 'b', 'c', 'd']);
	void streams[1].push('e');
	assert.deepEqual([missed(loud, streams[1], 0), missed(loud, streams[1], 1)], [undefined, ['b', 'c', 'd', 'e']]);
	assert.equal(store.events, 4);
	quiet.close();
	loud.close();
	assert.deepEqual([store.events, store.bytes], [0, 0]);
	void streams[1].push('f');
	assert.equal(store.events, 0, 'a session that is over keeps nothing');
});

test('so many answers may be under way, and spent streams are forgotten', () => {
	const log = new EventStore(0, { ...wide, resumableStreams: 2, eventsPerSession: 1 }).openLog(true);
	const [one] = [open(log), open(log)];
	assert.equal(log.openStream(), undefined);
	one.settle('a');
	one.end();
	assert.deepEqual(missed(log, one, 0), ['a']);
	const next = open(log);
	next.settle(null);
	next.end();
	assert.equal(missed(log, next, 0), undefined, 'it ended without an event');
	void open(log).push('b');
	assert.equal(missed(log, one, 1), undefined, 'its last event had to go');
});
