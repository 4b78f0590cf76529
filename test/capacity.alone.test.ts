import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePort } from '../bench/fleet/port.ts';
import type { Measures } from '../bench/model/measures.ts';
import type { RunRecord } from '../bench/model/run.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { recordOf } from './support/runs.ts';

const withinMs = 90_000;
/** One call at a time, a millisecond each. */
const serviceUs = 1000;
const truthPerS = 1e6 / serviceUs;

interface Searched {
	readonly record: RunRecord;
	readonly folder: string;
	readonly measures: Measures;
	readonly said: string;
}

async function searched(...words: string[]): Promise<Searched> {
	const port = await freePort();
	const out = temporaryFolder('capacity');
	const command = `${process.execPath} test/fixtures/known-capacity-server.ts --port ${port} --service-us ${serviceUs}`;
	const server = ['--target-command', command, '--url', `http://127.0.0.1:${port}/mcp`, '--transport', 'stateless'];
	const {
		code,
		out: said,
		err,
	} = await bench(['--profile', 'smoke', '--scenario', 'capacity', '--seed', '5', ...server, ...words, '--out', out], {
		withinMs,
	});
	assert.equal(code, 0, said + err);
	const folder = join(out, 'latest');
	const record = recordOf(folder);
	const [trial] = record.trials;
	assert.ok(trial?.state === 'completed', JSON.stringify(trial));
	return { record, folder, measures: trial.measures, said };
}

const attempts = 3;

/** The other programs of a busy machine may take the generator's time or the server's: the command says so, and is asked again. */
async function undisturbed(): Promise<Searched> {
	for (let attempt = 1; ; attempt++) {
		const found = await searched('--objective', 'p99=60ms,errors=0.1%');
		const { capacityPerS, ceilingPerS } = found.measures;
		// A server that was given its time answers one call after the other without a pause.
		const served = (ceilingPerS?.value ?? 0) > 0.97 * truthPerS;
		if ((capacityPerS?.atLeast !== true && served) || attempt === attempts) return found;
	}
}

describe('a server of known capacity', { skip: linuxOnly }, async () => {
	test('is found within the resolution of the search, the ceiling agrees, and the run can be repeated', async () => {
		const { record, folder, measures, said } = await undisturbed();
		const capacity = measures.capacityPerS?.value ?? 0;
		const ceiling = measures.ceilingPerS?.value ?? 0;
		// Of a queue with Poisson arrivals and a constant service of 1 ms, 99 % wait less than 59 ms up to 96 % of the
		// service rate; the search stops within its resolution, 1.25, below that. In a step of 0.65 s it takes 109 % to pile
		// up 59 ms, and chance adds or takes some 25 calls.
		assert.ok(capacity < 1.2 * truthPerS, `capacity ${capacity}`);
		if (measures.capacityPerS?.atLeast === true) assert.match(said, /is a lower bound/, 'where others took the CPU');
		else assert.ok(capacity > (0.96 / 1.25) * truthPerS, `capacity ${capacity}`);
		// The server looks at its clock all the time: with a CPU of its own it uses all of it.
		const hadItsCpu = (measures.ceilingTargetCpuShare?.value ?? 0) > 95;
		assert.ok(ceiling < 1.02 * truthPerS && ceiling > (hadItsCpu ? 0.9 : 0) * truthPerS, `ceiling ${ceiling}`);
		assert.ok((measures.p99AtCapacityUs?.value ?? Number.POSITIVE_INFINITY) <= 60_000);
		assert.match(record.command, /--scenario capacity .*--objective 'p99=60ms,errors=0\.1%' --seed 5$/);
		assert.match(said, /Capacity/);
		const report = readFileSync(join(folder, 'report.md'), 'utf8');
		assert.match(report, /Latency over offered rate/);
		const differ = ceiling / capacity > 1.15 || capacity / ceiling > 1.15;
		assert.equal(/The two are not the same/.test(report), differ, 'explained where they differ, and only there');
		const svg = readFileSync(join(folder, 'charts', 'capacity-knee.svg'), 'utf8');
		assert.match(svg, /<svg/);
		const again = await bench(['report', 'latest', '--out', join(folder, '..')], { withinMs });
		assert.equal(again.code, 0, again.err);
		const reread = recordOf(folder).trials[0];
		assert.ok(reread?.state === 'completed');
		assert.deepEqual(reread.measures, measures, 'the saved history alone gives the same figures');
	});
});
