import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Recorder } from '../../bench/load/recorder.ts';
import { seededRandom } from '../../bench/random.ts';
import type { RunFolder } from '../../bench/store.ts';

const workers = 4;
const sessions = 1000;
const lastsUs = 60_000_000;

/**
 * Writes the parts of a trial as its processes do: the same minute, however many calls fall into it. Every tenth call is
 * preceded by a connection, one in fifty is lost.
 */
export async function writeParts(folder: RunFolder, trial: string, calls: number): Promise<void> {
	const parts = await folder.partsFolder(trial);
	const harness = createWriteStream(join(parts, 'harness.ndjson'));
	const fault = { kind: 'crash', restartAfterMs: 1000 };
	const lines = [
		{ is: 'phase', at: 0, phase: 'measure' },
		{ is: 'fault', at: 1000, fault, change: 'applied' },
		{ is: 'fault', at: 1_001_000, fault, change: 'healed' },
		{ is: 'phase', at: lastsUs, phase: 'drain' },
	];
	harness.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
	await once(harness, 'finish');
	for (let worker = 0; worker < workers; worker++) writeWorker(parts, worker, calls / workers);
}

function writeWorker(parts: string, worker: number, own: number): void {
	const recorder = new Recorder(join(parts, `swarm-${worker}.ndjson`), worker);
	const random = seededRandom(worker);
	for (let session = worker; session < sessions; session += workers) {
		recorder.event({ is: 'session', at: 0, session, change: 'opened', initialized: true });
	}
	for (let n = 0; n < own; n++) {
		const at = Math.floor((n / own) * lastsUs);
		const session = worker + workers * random.below(sessions / workers);
		if (n % 10 === 0) recorder.event({ is: 'connect', at, session, ok: true });
		const outcome = n % 50 === 0 ? ({ is: 'unknown', why: 'closed' } as const) : ({ is: 'ok' } as const);
		const dueUs = at - random.below(5000);
		recorder.call(
			{
				at,
				seq: n,
				session,
				phase: 'measure',
				dueUs,
				sentUs: dueUs,
				outcome,
				bytesIn: 120,
				bytesOut: 130,
			},
			dueUs,
		);
	}
	recorder.histograms(lastsUs, worker);
	recorder.close();
}
