import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaks, type PrivateWords, scrubbed } from './private.ts';

const words: PrivateWords = {
	paths: ['/home/marit', '/home/marit/bench/', '/tmp', '/'],
	hosts: ['pine-7.example.org', 'pine-7', 'debian', 'localhost'],
	users: ['marit'],
	secrets: ['hunter2-hunter2', 'ab'],
};

const cases: readonly (readonly [what: string, text: string, after: string])[] = [
	['a path in the checkout', 'at file:///home/marit/bench/servers/sse.ts:7', 'at file://…/servers/sse.ts:7'],
	['the home folder', 'read /home/marit and /home/marit/x', 'read … and …/x'],
	['somebody else’s home', 'read /home/olga/keys.txt, then /Users/olga/a', 'read …, then …'],
	['a file of somebody’s', 'at file:///home/olga/x.ts:7', 'at file://…:7'],
	['a temporary folder', 'ENOENT: /tmp/bench-x/run.json', 'ENOENT: …/bench-x/run.json'],
	['a host', 'connect to pine-7.example.org:80 from pine-7', 'connect to this-machine:80 from this-machine'],
	['an address with a user', 'ssh marit@pine-7', 'ssh …this-machine'],
	['a secret', 'Bearer hunter2-hunter2', 'Bearer …'],
];

for (const [what, text, after] of cases) {
	test(`${what} is taken out, and seen where it was not`, () => {
		assert.equal(scrubbed({ deep: [text] }, words).deep[0], after);
		assert.deepEqual(leaks(after, words), []);
		if (!/somebody/.test(what)) assert.ok(leaks(text, words).length > 0);
	});
}

test('what only looks like it stays', () => {
	for (const text of [
		'Debian GNU/Linux 12, or debian',
		'https://docs.example.com/home/marit-guide',
		'http://127.0.0.1:9000/mcp',
		'1/2 and n/a, /proc/self/smaps',
		'pine-70 is no host of ours, nor localhost',
		'/tmpfs, /homestead and ab',
	]) {
		assert.equal(scrubbed(text, words), text);
		assert.deepEqual(leaks(text, words), [], text);
	}
});

test('bytes, numbers and what is absent pass as they are', () => {
	const value = { bytes: new Uint8Array([1, 2]), n: 1, no: null, list: [undefined] };
	assert.deepEqual(scrubbed(value, words), value);
});
