/** The emulated proxy beside the real ones of this machine: `npx node bench/cross-check.bench.ts`. Ends with 1 where they differ. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkable, crossCheck, crossCheckTable } from './cross-check.ts';
import { whyNoProxy } from './real-proxy.ts';

const { profiles, missing } = checkable();
for (const name of missing) console.log(whyNoProxy(name));
const folder = mkdtempSync(join(tmpdir(), 'cross-check-'));
try {
	const rows = await crossCheck(profiles, folder);
	console.log(`Limits are compressed by each profile's factor.\n${crossCheckTable(rows)}`);
	process.exitCode = rows.every(({ verdict }) => verdict === 'same' || verdict === 'declared') ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
