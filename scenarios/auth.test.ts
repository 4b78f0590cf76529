import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureName } from '../bench/model/measures.ts';
import { auth } from './auth.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';

type Counts = Partial<Record<MeasureName, number>>;

/** Figures of counts, which have no spread. */
function counted(values: Record<string, Counts>) {
	const exact = (counts: Counts) =>
		Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, [value, 0]]));
	return figures(Object.fromEntries(Object.entries(values).map(([target, counts]) => [target, exact(counts)])));
}

test('EventSource and headers: none arrived, with a control that did, or without one; some arrived', () => {
	const sent = (source: number, byFetch: number, tried = 4): Counts => ({
		headersTriedByEventSource: tried,
		headersByEventSource: source,
		headersByFetch: byFetch,
	});
	const id = 'auth-eventsource-header';
	const found = rulingOf(id, counted({ sse: sent(0, 1), stateful: sent(0, 1) }));
	assert.equal(found.verdict, 'confirmed');
	assert.match(found.because, /^None of 8 requests .*; that of a fetch in the same page did\.$/);
	assert.equal(verdictOf(id, counted({ sse: sent(1, 1), stateful: sent(0, 1) })), 'refuted');
	assert.equal(verdictOf(id, counted({ sse: sent(0, 0) })), 'inconclusive', 'headers may be lost elsewhere');
	assert.equal(verdictOf(id, counted({ sse: sent(0, 1, 0) })), 'inconclusive', 'no request at all is no evidence');
	assert.equal(verdictOf(id, counted({ sse: {} })), 'inconclusive');
});

test('a stream of SSE asked for with a header: by both clients, by one, by none', () => {
	const sent = (byFetch: number, node: number, more: Counts = {}) =>
		counted({ sse: { headersByFetch: byFetch, headersByNode: node, ...more } });
	const id = 'auth-sse-header';
	const both = rulingOf(id, sent(1, 1, { headersByEventSource: 0 }));
	assert.equal(both.verdict, 'refuted');
	assert.match(both.because, /from Node: what cannot is the API EventSource, and not the transport\.$/);
	const unasked = rulingOf(id, sent(1, 1));
	assert.equal(unasked.verdict, 'refuted');
	assert.match(unasked.because, /from Node\.$/, 'of EventSource nothing is known');
	assert.equal(verdictOf(id, sent(0, 0)), 'confirmed');
	const one = rulingOf(id, sent(0, 1));
	assert.equal(one.verdict, 'depends');
	assert.match(one.because, /header from Node, but not by fetch in a page\.$/);
	assert.equal(verdictOf(id, counted({ sse: { headersByNode: 1 } })), 'inconclusive');
});

test('tokens in URLs: in all places, in some, in none; a place that was not looked at is not named', () => {
	const id = 'auth-url-token';
	const some = rulingOf(
		id,
		counted({ sse: { urlTokensInServerLog: 3, urlTokensInHaproxyOtherLogs: 0 }, stateful: {} }),
	);
	assert.equal(some.verdict, 'depends');
	assert.equal(
		some.because,
		'It stood in the reference server’s access log, but not in HAProxy’s log without httplog.',
	);
	assert.equal(verdictOf(id, counted({ sse: { urlTokensInServerLog: 3 } })), 'confirmed');
	assert.equal(verdictOf(id, counted({ sse: { urlTokensInServerLog: 0 } })), 'refuted');
	assert.equal(
		verdictOf(id, counted({ sse: { urlTokensInServerLog: 0 }, stateful: { urlTokensInServerLog: 4 } })),
		'confirmed',
		'one transport is enough',
	);
	assert.equal(verdictOf(id, counted({ sse: {} })), 'inconclusive');
});

test('the standard header: it must arrive, and be nowhere', () => {
	const id = 'auth-streamable-header';
	const header = (sent: number, seen: number) =>
		counted({ stateful: { headersByFetch: sent, headerTokensSeen: seen, placesLookedAt: 11 } });
	assert.equal(verdictOf(id, header(1, 0)), 'confirmed');
	assert.equal(verdictOf(id, header(0, 0)), 'refuted');
	assert.equal(verdictOf(id, header(1, 2)), 'refuted');
	assert.equal(verdictOf(id, counted({ stateful: { headersByFetch: 1 } })), 'inconclusive');
});

test('cookies of a client in Node: arrived, not arrived, not measured', () => {
	assert.equal(verdictOf('auth-cookies', counted({ sse: { cookiesByNode: 1 } })), 'refuted');
	assert.equal(verdictOf('auth-cookies', counted({ sse: { cookiesByNode: 0 } })), 'confirmed');
	assert.equal(verdictOf('auth-cookies', counted({ sse: {} })), 'inconclusive');
});

test('EventSource by itself: comes back or not, and what it cannot do is named only where it could not', () => {
	const id = 'auth-eventsource-simple';
	const basics = (reconnects: number, ids: number, can: number) =>
		counted({
			sse: {
				eventSourceReconnects: reconnects,
				lastEventIds: ids,
				eventSourcePosts: can,
				statusesByEventSource: can,
				headersByEventSource: can,
			},
		});
	const found = rulingOf(id, basics(1, 1, 0));
	assert.equal(found.verdict, 'depends');
	assert.match(found.because, /with the id of the last event\. It could not send a header, nor send a POST, nor tell/);
	assert.equal(verdictOf(id, basics(1, 1, 1)), 'confirmed');
	const without = rulingOf(id, basics(1, 0, 1));
	assert.equal(without.verdict, 'depends');
	assert.match(without.because, /but without the id/);
	assert.equal(verdictOf(id, basics(0, 0, 0)), 'refuted');
	assert.equal(verdictOf(id, counted({ sse: { eventSourceReconnects: 1 } })), 'inconclusive');
});

test('the answer says nothing of what was not measured', () => {
	assert.equal(auth.answer?.(counted({ sse: {} })), undefined);
	const open = 'Of 7 streams that a page opened on one host over HTTP/1.1, 6 were open at the same time';
	const crowd = (heldUp?: number, released?: number): Counts => ({
		fetchStreamsOpenAtOnce: 6,
		...(heldUp !== undefined && { requestsHeldUp: heldUp }),
		...(released !== undefined && { requestsReleased: released }),
	});
	const said = (counts: Counts) => auth.answer?.(counted({ stateful: counts }));
	assert.deepEqual(said(crowd()), [`${open}.`]);
	const other = `${open}; another request of the page to that host`;
	assert.deepEqual(said(crowd(1, 1)), [`${other} waited until streams were closed.`]);
	assert.deepEqual(said(crowd(1, 0)), [`${other} waited, and had no answer when two streams were closed.`]);
	assert.deepEqual(said(crowd(0, 0)), [`${other} was answered meanwhile.`]);
	assert.deepEqual(auth.answer?.(counted({ sse: { crossSiteLaxCookies: 0, crossSiteNoneCookies: 2 } })), [
		'From a page of another site, with credentials, a cookie with SameSite=None was sent, one with SameSite=Lax or without the attribute was not sent.',
	]);
	const points = auth.answer?.(
		counted({ sse: { headersTriedByEventSource: 4, headersByEventSource: 0, headersByNode: 1 } }),
	);
	assert.deepEqual(points, [
		'EventSource sent an Authorization header in 0 of 4 requests that were to have one; a client in Node sent it.',
	]);
});
