import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marks } from './behaviours/marks.ts';
import { parseFlags, UsageError } from './flags.ts';

test('flags that cannot be are one sentence', () => {
	const wrong: [args: string[], says: RegExp][] = [
		[['--transport', 'stateful'], /--transport stateful is not known/],
		[['--delay-ms', 'five'], /--delay-ms five is not a number/],
		[['--delay-ms', '-5'], /delay-ms/],
		[['--delay-uniform-ms', '30-10'], /takes two numbers/],
		[['--stall-ms', '20', '--stall-every-ms', '10'], /longer than/],
		[['--drop', '60', '--double', '50'], /drop, double, .* together exceed --of 100/],
		[['--swap', '3'], /must be even/],
		[['--swap', '2', '--swapped', 'ids'], /results or messages/],
		[['--nonsense'], /nonsense/],
	];
	for (const [args, says] of wrong) {
		assert.throws(
			() => parseFlags(args),
			(error) => error instanceof UsageError && says.test(error.message),
			args.join(' '),
		);
	}
});

test('behaviours are composed, and none are there unasked', () => {
	assert.equal(parseFlags([]).behaviours.length, 0);
	assert.equal(parseFlags(['--delay-ms', '5', '--stall-ms', '10', '--leak-fds', '1']).behaviours.length, 3);
});

test('of every hundred calls exactly as many are marked as asked for, at other places each time', () => {
	const markOf = marks({ drop: 2, double: 3 }, 100, 1);
	const blocks = Array.from({ length: 20 }, (_, block) =>
		Array.from({ length: 100 }, (_, n) => markOf(block * 100 + n)),
	);
	for (const block of blocks) {
		assert.equal(block.filter((mark) => mark === 'drop').length, 2);
		assert.equal(block.filter((mark) => mark === 'double').length, 3);
	}
	assert.ok(new Set(blocks.map((block) => block.indexOf('drop'))).size > 5);
});
