import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clockSince, monotonicUs } from '../clock.ts';
import { echoTemplate } from '../model/call-template.ts';
import type { ObservedEvent } from '../model/observed.ts';
import { Application } from './application.ts';
import type { Hear, Library, LibraryClient } from './client.ts';
import { errorWords } from './error-words.ts';

/** What a made-up library does, client by client: the caller's is the first, the waiter's the second. */
interface Behaviour {
	call?(n: number, args: object): Promise<string>;
	connect?(n: number): Promise<void>;
}

function fakeLibrary({ call, connect }: Behaviour): { library: Library; hear: Hear[] } {
	let clients = 0;
	const hear: Hear[] = [];
	const client = (_server: unknown, heard: Hear): LibraryClient => {
		const n = clients++;
		hear.push(heard);
		return {
			connect: async () => connect?.(n),
			call: async (_tool, args) => (call ? call(n, args) : (args as { text: string }).text),
			close: async () => heard('client.onclose'),
		};
	};
	return { library: { id: 'v1', package: 'fake', version: '1', callTimeoutMs: 60_000, client }, hear };
}

async function seen(behaviour: Behaviour, forMs = 700, sleeps = false): Promise<ObservedEvent[]> {
	const events: ObservedEvent[] = [];
	const clock = clockSince(monotonicUs());
	const { library } = fakeLibrary(behaviour);
	const server = { url: 'http://127.0.0.1:1/mcp', transport: 'stateful', headers: [] } as const;
	const emit = (event: ObservedEvent) => void events.push(event);
	const application = new Application({ library, server, call: echoTemplate, sleeps, clock, emit });
	await application.open();
	await application.observe(clock(), clock() + forMs * 1000);
	await application.remedy();
	await application.close();
	return events;
}

const echoed = (args: object) => (args as { text: string }).text;
const never = () => new Promise<never>(() => {});
const remediesOf = (events: readonly ObservedEvent[]) =>
	events.flatMap((event) => (event.what === 'remedy' ? [[event.remedy, event.ended]] : []));

test('a client that answers is asked again and again, and needs no remedy', async () => {
	const events = await seen({}, 2500);
	const calls = events.filter(({ what }) => what === 'call');
	assert.ok(calls.length >= 2 && calls.every((event) => event.what === 'call' && event.ended === 'ok'));
	assert.equal(events.length, calls.length, 'its own end is nothing that it hears');
});

test('a call that hangs is told of once, when the observation ends, and then helped by hand', async () => {
	let calls = 0;
	const events = await seen({ call: async (_n, args) => (++calls === 2 ? never() : echoed(args)) });
	const ended = events.flatMap((event) => (event.what === 'call' ? [event.ended] : []));
	assert.deepEqual(ended, ['hangs']);
	assert.deepEqual(remediesOf(events), [['call', 'ok']]);
});

test('the waiter has one call in flight, the caller goes on beside it', async () => {
	const events = await seen({ call: (n, args) => (n === 1 ? never() : Promise.resolve(echoed(args))) }, 700, true);
	const by = (client: string) => events.flatMap((e) => (e.what === 'call' && e.client === client ? [e.ended] : []));
	assert.deepEqual(by('waiter'), ['hangs']);
	assert.ok(by('caller').length >= 1 && by('caller').every((ended) => ended === 'ok'));
	assert.deepEqual(remediesOf(events), []);
});

describe('remedies are tried one after the other, until one works', () => {
	const broken = (heals: (n: number, connects: number) => boolean): Behaviour => {
		let calls = 0;
		const connects = new Map<number, number>();
		return {
			connect: async (n) => void connects.set(n, (connects.get(n) ?? 0) + 1),
			call: async (n, args) => {
				if (calls++ === 0 || heals(n, connects.get(n) ?? 0)) return echoed(args);
				throw Object.assign(new Error('Session not found'), { code: 404 });
			},
		};
	};

	test('a new transport', async () => {
		const events = await seen(broken((_n, connects) => connects > 1));
		assert.deepEqual(remediesOf(events), [
			['call', 'failed'],
			['reconnect', 'ok'],
		]);
	});

	test('a new client', async () => {
		const events = await seen(broken((n) => n > 1));
		assert.deepEqual(remediesOf(events), [
			['call', 'failed'],
			['reconnect', 'failed'],
			['renew', 'ok'],
		]);
	});

	test('nothing', async () => {
		const events = await seen(broken(() => false));
		assert.equal(remediesOf(events).length, 3);
		const failed = events.find((event) => event.what === 'call' && event.ended === 'failed');
		assert.ok(failed?.what === 'call');
		assert.equal(failed.httpStatus, 404);
		assert.equal(failed.error, '404: Session not found');
	});
});

test('an answer that is another call’s is a failure', async () => {
	let calls = 0;
	const events = await seen({ call: async (_n, args) => (calls++ === 0 ? echoed(args) : 'something else') });
	const failed = events.filter((event) => event.what === 'call' && event.ended === 'failed');
	assert.ok(failed.length >= 1);
});

test('what a library tells becomes an event, and a library that tells too much is cut short', async () => {
	const events: ObservedEvent[] = [];
	const { library, hear } = fakeLibrary({});
	const server = { url: 'http://127.0.0.1:1/mcp', transport: 'sse', headers: [] } as const;
	const emit = (event: ObservedEvent) => void events.push(event);
	const application = new Application({ library, server, call: echoTemplate, sleeps: false, clock: () => 5, emit });
	hear[1]?.('client.onerror', new TypeError('terminated'));
	application.heardNowhere('a string');
	const [first, second] = events;
	assert.deepEqual(first, {
		is: 'observed',
		what: 'heard',
		at: 5,
		client: 'waiter',
		api: 'client.onerror',
		error: 'TypeError: terminated',
	});
	assert.ok(second?.what === 'heard' && second.api === 'unhandledRejection' && second.error === 'a string');
	for (let n = 0; n < 5000; n++) hear[0]?.('client.onerror', new Error('again'));
	assert.ok(events.length < 2000);
});

describe('errors as words', () => {
	test('class, the first code on the way to the cause, first words; without ports, ids and quoted JSON', () => {
		const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4711'), { code: 'ECONNREFUSED' });
		assert.deepEqual(errorWords(new TypeError('fetch failed', { cause: refused })), {
			error: 'TypeError ECONNREFUSED: fetch failed',
		});
		assert.equal(errorWords(refused).error, 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1');
		const id = crypto.randomUUID();
		assert.deepEqual(errorWords(new Error(`Error POSTing to endpoint (HTTP 404): {"error":"no session ${id}"}`)), {
			error: 'Error POSTing to endpoint (HTTP 404)',
			httpStatus: 404,
		});
		assert.equal(errorWords(new Error(`session ${id}\nis gone`)).error, 'session <id> is gone');
	});

	test('a status that the words leave out is added', () => {
		class HttpError extends Error {
			readonly code = 'NOT_FOUND';
			readonly status = 404;
		}
		assert.deepEqual(errorWords(new HttpError('no such session')), {
			error: 'HttpError NOT_FOUND 404: no such session',
			httpStatus: 404,
		});
	});

	test('they are short, and an error that is its own cause has an end', () => {
		const endless: Error & { cause?: unknown } = new Error('x'.repeat(1000));
		endless.cause = endless;
		assert.ok(errorWords(endless).error.length < 120);
	});
});
