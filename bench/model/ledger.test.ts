import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvocationLine, LedgerLine } from '../../servers/contract.ts';
import { pushKey, pushMember } from '../../servers/shared/pusher.ts';
import { type LedgerEvent, numberedPush } from './ledger.ts';
import type { InvocationEvent } from './path-events.ts';

/** Each is assignable to the other, or this file does not compile. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const agree: Same<LedgerEvent, LedgerLine> = true;
const invocationsAgree: Same<InvocationEvent, InvocationLine> = true;

test('a push that a server numbers is read as it was meant, and servers write the events that are read', () => {
	assert.ok(agree && invocationsAgree);
	const push = { key: 'a"b', number: 88_123_456_789 };
	const params: unknown = JSON.parse(`{"_meta":{${pushMember(push)}}}`);
	assert.deepEqual(numberedPush({ method: 'notifications/tools/list_changed', params }), push);
});

test('anything else is no numbered push', () => {
	const metas = [
		null,
		5,
		{},
		{ [pushKey]: null },
		{ [pushKey]: { key: 5, number: 1 } },
		{ [pushKey]: { key: 'a', number: 1.5 } },
	];
	for (const params of [undefined, null, 'x', {}, ...metas.map((_meta) => ({ _meta }))]) {
		assert.equal(numberedPush({ method: 'x', params }), undefined, JSON.stringify(params));
	}
});
