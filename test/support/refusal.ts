import assert from 'node:assert/strict';
import type { Ended } from './command.ts';

/** One sentence for people on stderr, and the code that says whose fault it was. */
export function refused({ code, err }: Ended, wanted: number, pattern: RegExp): void {
	assert.equal(code, wanted, err);
	assert.match(err, pattern);
	assert.match(err, /^bench: .*[.]\n$/, 'one line, a sentence');
	assert.doesNotMatch(err, /\n\s+at |node:internal|file:\/\//, 'no stack trace');
}

/** Words before a command that limit its descriptors. */
export const withDescriptors = (limit: number) => ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
