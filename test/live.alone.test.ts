import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Running, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { marked } from './support/processes.ts';
import { Screen } from './support/screen.ts';
import { anyEscape, colourEscape, inTerminal, skipWithoutScript } from './support/terminal.ts';

const restart = ['--profile', 'smoke', '--scenario', 'restart', '--target', 'stateless', '--seed', '1'];
const columns = 80;
/** As `inTerminal` makes it. */
const rows = 30;
/** After each of these a drawing is complete. */
const drawn = '\u001b[?2026l';

function startRestart(env: Readonly<Record<string, string>> = {}): Running {
	const args = [...restart, '--out', temporaryFolder('live')];
	return startBench(args, { prefix: inTerminal(columns), env });
}

/** What a terminal does at Ctrl-C: it tells the process in its foreground, and shows the key. */
function interrupt({ mark }: Running): void {
	const [harness] = marked(mark).filter(
		({ command }) => / \S*bench\/cli\.ts/.test(command) && !/script|sh -c/.test(command),
	);
	assert.ok(harness, 'the harness runs');
	process.kill(harness.pid, 'SIGINT');
}

/** What a person saw, drawing by drawing, and what was there at the end. */
function watched(out: string): { readonly drawings: readonly (readonly string[])[]; readonly end: Screen } {
	const end = new Screen(columns, rows);
	const drawings: string[][] = [];
	for (const piece of out.split(drawn)) {
		end.write(piece);
		drawings.push(end.lines.map((line) => line.replaceAll('\u202f', ' ')));
	}
	return { drawings, end };
}

const has = (lines: readonly string[], pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;

describe('on a real terminal', { skip: skipWithoutScript, concurrency: 2 }, () => {
	test('a restart is seen as it happens: calls, sessions, the fault when it strikes and when it has healed', async () => {
		await using running = startRestart();
		const { out } = await running.ended;
		const { drawings, end } = watched(out);
		assert.equal(Math.max(...drawings.map((lines) => has(lines, /^trial 1 of 1: /))), 1, 'it is drawn once, in place');
		const at = (pattern: RegExp) => drawings.findIndex((lines) => has(lines, pattern) > 0);
		const seen = [
			/^start · 0 sessions open/,
			/^measure · \d+ sessions open · \d+ calls\/s · .*(left|estimated)$/,
			/^× killed \d+\.\d s ago$/,
			/^✓ killed \d+\.\d s ago, healed \d+\.\d s ago$/,
		].map(at);
		assert.ok(!seen.includes(-1), `not seen: ${seen} in ${end.everything.join('\n')}`);
		assert.deepEqual(
			seen,
			seen.toSorted((a, b) => a - b),
		);
		const after = drawings[seen[3] ?? 0] ?? [];
		assert.equal(has(after, /^last \d+ s {1,2}─+×━*✓?─*$/), 1, after.join('\n'));
		assert.ok(drawings.some((lines) => has(lines, /^calls\/s .*[▂▃▄▅▆▇█].* peak [1-9]/) > 0));
		assert.ok(drawings.some((lines) => has(lines, /^sessions .*█.* peak [1-9]/) > 0));
		assert.equal(has(end.everything, /^\[1\/1\] restart · crash-refused · stateless/), 1, 'finished trials stay');
		assert.equal(end.broken, 0, 'no line was wider than the terminal');
		assert.equal(end.isCursorShown, true);
		assert.equal(has(end.everything, /^(trial 1 of 1: |measure · |calls\/s {3})/), 0, 'nothing of it is left');
		assert.equal(has(end.everything, /^Again: {2}npm run bench -- /), 1, 'the summary to share stands at the end');
		assert.match(out, colourEscape);
	});

	test('Ctrl-C while it is drawn: the answer has a line of its own, and the terminal is given back', async () => {
		await using running = startRestart({ NO_COLOR: '1' });
		await running.until(() => running.said.out.includes('sessions open'), 'the first drawing');
		interrupt(running);
		const { code, out } = await running.ended;
		assert.equal(code, 130, out);
		const { drawings, end } = watched(out);
		assert.equal(has(end.everything, /^Interrupted: finished trials are kept/), 1);
		assert.equal(Math.max(...drawings.map((lines) => has(lines, /^trial 1 of 1: /))), 1);
		assert.equal(has(end.everything, /sessions open/), 0);
		assert.equal(has(end.everything, /^Interrupted: only what had finished counts\.$/), 1);
		assert.equal(end.isCursorShown, true);
		assert.doesNotMatch(out, colourEscape, 'NO_COLOR');
	});

	test('Ctrl-C twice ends at once, with the cursor shown', async () => {
		await using running = startRestart();
		await running.until(() => running.said.out.includes('sessions open'), 'the first drawing');
		interrupt(running);
		await running.until(() => running.said.out.includes('Interrupted'), 'the first is acknowledged');
		interrupt(running);
		const { out } = await running.ended;
		assert.ok(out.includes('\u001b[?25l'), 'it was hidden');
		assert.equal(watched(out).end.isCursorShown, true);
	});

	test('a dumb terminal gets the lines of a pipe', async () => {
		await using running = startRestart({ TERM: 'dumb' });
		const target = () => marked(running.mark).some(({ command }) => command.includes('/servers/'));
		await running.until(target, 'the target');
		interrupt(running);
		const { out } = await running.ended;
		assert.doesNotMatch(out, anyEscape);
		assert.doesNotMatch(out, /sessions open/);
		assert.match(out, /^\[1\/1\] restart · /m);
	});
});
