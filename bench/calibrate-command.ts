import { relative } from 'node:path';
import { pick } from '../scenarios/arms.ts';
import { scenarios } from '../scenarios/index.ts';
import { calibrate } from './calibrate/calibrate.ts';
import { prepareCalibration, saveCalibration } from './calibrate/store.ts';
import { exitCodes } from './exit.ts';
import { machinePlacement } from './fleet/placement.ts';
import { connectionsOf, MachineError, machineLimits, reservedFds } from './machine-bounds.ts';
import { type Profile, runsIn } from './model/scenario.ts';
import { calibrationSummary, terminalOptions } from './report/index.ts';
import { stopOnSignals } from './signals.ts';
import { knownTargets } from './targets.ts';

/** With fewer the smallest part of it, 300 sessions that open, does not fit. */
const fewestConnections = 400;

export interface CalibrateFlags {
	readonly profile: Profile;
	readonly out: string;
	readonly seed?: number;
	readonly json?: boolean;
	readonly quiet?: boolean;
}

/** Measures what the generator of this machine can resolve, and keeps it for the reports. */
export async function calibrateCommand({ profile, out, seed, json, quiet }: CalibrateFlags): Promise<void> {
	const stop = stopOnSignals('Interrupted: the calibration before stays. Once more to stop at once.');
	const [sse] = pick(knownTargets, 'sse');
	if (!sse) throw new Error('the reference target sse is missing');
	const bench = {
		placement: machinePlacement(),
		limits: machineLimits(),
		seed: seed ?? Date.now() % 1_000_000,
		signal: stop.signal,
	};
	const connections = connectionsOf(bench.limits);
	if (connections < fewestConnections) {
		stop.release();
		throw new MachineError(
			`calibrate needs ${fewestConnections} connections in one process, this machine allows ${connections}. ` +
				`Raise \`ulimit -n\` to ${fewestConnections + reservedFds} or more.`,
		);
	}
	// JSON goes to standard output alone; what is being done, for whoever waits, to the other one.
	const say = (line: string) => {
		if (!quiet) console.error(line);
	};
	try {
		await prepareCalibration(out);
		const usual = scenarios.filter((scenario) => runsIn(scenario, 'standard'));
		const found = await calibrate({ profile, sse, scenarios: usual }, bench, say);
		const path = await saveCalibration(out, found);
		const shown = { ...terminalOptions(process.stdout), paths: [relative(process.cwd(), path)] };
		console.log(json ? JSON.stringify(found, null, 2) : calibrationSummary(found, shown));
		process.exitCode = exitCodes.ok;
	} catch (error) {
		if (!stop.signal.aborted) throw error;
		process.exitCode = exitCodes.interrupted;
	} finally {
		stop.release();
	}
}
