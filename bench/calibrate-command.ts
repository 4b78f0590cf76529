import { relative } from 'node:path';
import { pick } from '../scenarios/arms.ts';
import { scenarios } from '../scenarios/index.ts';
import { calibrate } from './calibrate/calibrate.ts';
import type { Bench } from './calibrate/measure.ts';
import { type KnownMachine, prepareCalibration, saveCalibration } from './calibrate/store.ts';
import { proveVerdicts } from './calibrate/verdicts.ts';
import { exitCodes } from './exit.ts';
import { machinePlacement } from './fleet/placement.ts';
import { connectionsOf, MachineError, machineLimits, reservedFds } from './machine-bounds.ts';
import { type Profile, runsIn } from './model/scenario.ts';
import { calibrationSummary, proofSummary, terminalOptions } from './report/index.ts';
import { stopOnSignals } from './signals.ts';
import { knownTargets } from './targets.ts';

/** With fewer the smallest part of it, 300 sessions that open, does not fit. */
const fewestConnections = 400;

export interface CalibrateFlags {
	readonly profile: Profile;
	readonly out: string;
	readonly seed?: number;
	/** How often verdicts are right, instead of what the generator can do. */
	readonly verdicts?: boolean;
	readonly json?: boolean;
	readonly quiet?: boolean;
}

/** Measures what the generator of this machine can resolve, or what verdicts are worth on it, and keeps it for the reports. */
export async function calibrateCommand({ profile, out, seed, verdicts, json, quiet }: CalibrateFlags): Promise<void> {
	const stop = stopOnSignals('Interrupted: the calibration before stays. Once more to stop at once.');
	const bench = {
		placement: machinePlacement(),
		limits: machineLimits(),
		seed: seed ?? Date.now() % 1_000_000,
		signal: stop.signal,
	};
	// JSON goes to standard output alone; what is being done, for whoever waits, to the other one.
	const say = (line: string) => {
		if (!quiet) console.error(line);
	};
	try {
		checkConnections(bench);
		await prepareCalibration(out);
		const found = verdicts
			? { verdictProof: await proveVerdicts(profile, bench, say) }
			: { calibration: await calibrateGenerator(profile, bench, say) };
		const path = await saveCalibration(out, found);
		console.log(json ? JSON.stringify(Object.values(found)[0], null, 2) : summaryOf(found, path));
		process.exitCode = exitCodes.ok;
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		process.exitCode = exitCodes.interrupted;
	} finally {
		stop.release();
	}
}

/** @throws MachineError */
function checkConnections({ limits }: Bench): void {
	const connections = connectionsOf(limits);
	if (connections >= fewestConnections) return;
	throw new MachineError(
		`calibrate needs ${fewestConnections} connections in one process, this machine allows ${connections}. ` +
			`Raise \`ulimit -n\` to ${fewestConnections + reservedFds} or more.`,
	);
}

function calibrateGenerator(profile: Profile, bench: Bench, say: (line: string) => void) {
	const [sse] = pick(knownTargets, 'sse');
	if (!sse) throw new Error('the reference target sse is missing');
	const usual = scenarios.filter((scenario) => runsIn(scenario, 'standard'));
	return calibrate({ profile, sse, scenarios: usual }, bench, say);
}

function summaryOf({ calibration, verdictProof }: KnownMachine, path: string): string {
	const options = { ...terminalOptions(process.stdout), paths: [relative(process.cwd(), path)] };
	if (calibration) return calibrationSummary(calibration, options);
	return verdictProof ? proofSummary(verdictProof, options) : '';
}
