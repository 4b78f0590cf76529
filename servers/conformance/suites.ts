import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs the protocol's own conformance suites, each scenario in a process of its own. */

const require = createRequire(import.meta.url);
/** Longest a scenario may take; the slowest needs about 6 s. */
const longestMs = 60_000;
/** How much of what a suite said is quoted where it left no result. */
const quoted = 2000;

export interface Suite {
	readonly version: string;
	readonly cli: string;
}

/** One thing that a scenario has looked at. */
export interface Check {
	readonly id: string;
	readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
	readonly description: string;
	readonly errorMessage?: string;
}

/** What came of one scenario. Only checks that can succeed or fail count. */
export interface Outcome {
	readonly checks: number;
	readonly passed: number;
	/** One line for each check that did not pass. */
	readonly faults: readonly string[];
}

/** @param name of the package, as it is installed */
async function suite(name: string): Promise<Suite> {
	const manifest = require.resolve(`${name}/package.json`);
	const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
	return { version, cli: join(dirname(manifest), 'dist/index.js') };
}

export const suites = {
	stable: await suite('@modelcontextprotocol/conformance'),
	alpha: await suite('conformance-alpha'),
};

/** Runs one scenario against a server and reads the checks that it wrote. */
export async function runScenario(
	{ cli }: Suite,
	url: string,
	scenario: string,
	args: readonly string[],
): Promise<Outcome> {
	const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
	try {
		const all = [cli, 'server', '--url', url, '--scenario', scenario, '--output-dir', folder, ...args];
		const child = spawn(process.execPath, all, {
			cwd: folder,
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: longestMs,
			killSignal: 'SIGKILL',
		});
		let said = '';
		for (const out of [child.stdout, child.stderr]) out.on('data', (chunk) => (said += chunk));
		await once(child, 'close');
		const [result] = await readdir(folder);
		if (result === undefined) throw new Error(`${scenario} left no result: ${said.slice(-quoted)}`);
		return outcome(JSON.parse(await readFile(join(folder, result, 'checks.json'), 'utf8')) as Check[]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** A warning is a fault too: it says that something the revision asks for is not there. */
export function outcome(checks: readonly Check[]): Outcome {
	const counted = checks.filter(({ status }) => status !== 'INFO' && status !== 'SKIPPED');
	const faults = counted.filter(({ status }) => status !== 'SUCCESS');
	const passed = counted.length - faults.length;
	const lines = faults.map(
		({ id, status, errorMessage, description }) => `${id} ${status}: ${errorMessage ?? description}`,
	);
	return { checks: counted.length, passed, faults: counted.length === 0 ? ['nothing was checked'] : lines };
}
