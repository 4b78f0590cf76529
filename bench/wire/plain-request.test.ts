import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTarget } from '../fleet/target.ts';
import { callMaker, echoTemplate } from '../model/call-template.ts';
import type { Transport } from '../model/transport.ts';
import { isRequestResponse, plainRequest } from './index.ts';

const call = callMaker(echoTemplate)('probe-0', 0, () => '');

describe('a call as plain HTTP is answered to any client, again and again', () => {
	for (const transport of ['stateful', 'stateless', 'modern'] satisfies Transport[]) {
		test(transport, async () => {
			const server = await startTarget({
				server: { kind: 'node', file: `servers/${transport}.ts`, args: [] },
				readyMs: 15_000,
			});
			try {
				assert.ok(isRequestResponse(transport));
				const plain = await plainRequest(transport, { url: server.url, stream: false, headers: [] }, call);
				assert.ok(plain);
				const { method, path, headers, body } = plain.request;
				const pairs = headers.flatMap((name, n) => (n % 2 === 0 ? [[name, headers[n + 1] ?? '']] : []));
				for (let n = 0; n < 2; n++) {
					const answer = await fetch(new URL(path, server.url), { method, headers: pairs as [string, string][], body });
					assert.equal(answer.status, 200);
					assert.match(await answer.text(), /probe-0/);
				}
				await plain.end();
			} finally {
				await server.kill();
			}
		});
	}

	test('but not on sse, where the answer comes on another stream', async () => {
		assert.ok(!isRequestResponse('sse'));
		const endpoint = { url: 'http://127.0.0.1:9/sse', stream: true, headers: [] };
		assert.equal(await plainRequest('sse', endpoint, call), undefined);
	});
});
