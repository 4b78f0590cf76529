import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooLate } from './busy-machine.ts';

const what = 'The server said nothing within 15 s';

test('a start that took too long is put down to a busy machine only where more wanted to run than there are CPUs', () => {
	assert.equal(tooLate(what, { load: 2, cpus: 2 }), `${what}.`);
	// Windows knows no load.
	assert.equal(tooLate(what, { load: 0, cpus: 8 }), `${what}.`);
	assert.equal(
		tooLate(what, { load: 8.44, cpus: 2 }),
		`${what}, and the machine is busy (load 8.4 on 2 CPUs), which may be why; end what else runs, and run it again.`,
	);
	assert.match(tooLate(what, { load: 1.5, cpus: 1 }), /load 1\.5 on 1 CPU\)/);
});
