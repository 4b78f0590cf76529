import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findTool } from '../bench/fleet/tools.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly } from './support/processes.ts';
import { missingReports, recordOf } from './support/runs.ts';

/** What asks for a program that is not here, and for nothing else. */
const runs: readonly { readonly program: string; readonly args: readonly string[]; readonly skipped: RegExp }[] = [
	{
		program: 'caddy',
		args: ['--scenario', 'steady-calls', '--target', 'stateless,sse', '--path', 'caddy'],
		skipped: /all 3 trials of steady-calls were skipped\. Caddy is not installed: .* Skipped: .* a real Caddy\./,
	},
	{
		program: 'redis-server',
		args: ['--scenario', 'load-balancing', '--target', 'stateful', '--case', 'shared-store-embedded-in-turn'],
		skipped: /the only trial of load-balancing was skipped\. Redis is not installed: .* a shared session store\./,
	},
];

describe('a run that only lacks a program ends with 3 and names it', { skip: linuxOnly, concurrency: 2 }, () => {
	for (const { program, args, skipped } of runs) {
		const isElsewhere = findTool(program, '') !== null;
		test(program, { skip: isElsewhere && `${program} is found without a PATH` }, async () => {
			const root = temporaryFolder('missing');
			// Nothing is found on this path; the pinned Node is started by its own.
			const env = { PATH: temporaryFolder('empty') };
			const { code, err } = await bench(['--profile', 'smoke', ...args, '--quiet', '--out', root], { env });
			assert.equal(code, 3, err);
			assert.match(err, /^bench: Nothing was measured: .*[.]\n$/, 'one line, sentences');
			assert.match(err, skipped);
			assert.ok(err.includes(`apt-get install ${program}`), err);
			const folder = join(root, 'latest');
			assert.ok(recordOf(folder).trials.every(({ state }) => state === 'skipped'));
			assert.deepEqual(
				missingReports(folder).filter((file) => !file.startsWith('charts/')),
				[],
			);
		});
	}
});
