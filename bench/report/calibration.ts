import { type Calibration, calibrationDiffers } from '../model/calibration.ts';
import { figure, interval, quantity, ratio } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import { instant, measureInfo } from './content.ts';
import type { TextTable } from './tables.ts';
import { proofOf, proofTable, proofTitle } from './verdict-proof.ts';

/** What the generator of a run's machine can resolve, in words; each reporter only lays it out. */
export interface Resolution {
	readonly sentences: readonly string[];
	/** The sentence that takes trust from all of them, where there is one. */
	readonly doubt?: string;
	/** What the verdicts are worth, in sentences of their own. */
	readonly proof: readonly string[];
	readonly tables: readonly { readonly title: string; readonly table: TextTable }[];
}

/** More than this was busy with something else: the figures are low. */
const quietCpus = 0.2;

export const resolutionTitle = 'What this generator can resolve';

export function resolutionOf(run: RunRecord): Resolution {
	const { calibration, verdictProof, environment } = run;
	const proof = proofOf(run);
	const proved = verdictProof ? [{ title: proofTitle, table: proofTable(verdictProof) }] : [];
	if (!calibration) {
		const unknown = 'This machine was not calibrated, so what its generator can resolve is not known.';
		return {
			sentences: [`${unknown} The command “calibrate” measures it, for the folder that the run is kept in.`],
			proof,
			tables: proved,
		};
	}
	const differs = calibrationDiffers(calibration, environment);
	const stale = `The calibration does not hold for this run (${differs.join('; ')}): make it anew.`;
	const said = calibrationSentences(calibration);
	const noisy = calibration.machine.busyCpus > quietCpus || calibration.timing.some(({ disturbed }) => disturbed);
	return {
		sentences: differs.length > 0 ? [stale, ...said] : said,
		...(noisy && { doubt: 'The machine was not idle then: see the report.' }),
		proof,
		tables: [...calibrationTables(calibration), ...proved],
	};
}

export function calibrationSentences(calibration: Calibration): readonly string[] {
	const { verifiedCallsPerS, ratioToAutocannon, serverCpuShare, historyCostShare, intervals } = calibration;
	const { kbPerHeldStream, connectsPerS, connectRatio, timing, measuredAt, profile, machine } = calibration;
	const sound = timing.filter((row) => row.disturbed === undefined);
	const within = sound.filter((row) => row.within).length;
	const disturbed = timing.length - sound.length;
	return [
		`Calibrated ${instant(measuredAt)}, profile ${profile}, on ${machine.cpuModel}, Node ${machine.node}.`,
		`One worker on one core makes ${quantity(verifiedCallsPerS, '1/s')} verified calls, ` +
			`${ratio(ratioToAutocannon.value, ratioToAutocannon.ci)} autocannon’s requests; the server used ${figure(serverCpuShare)} % of its CPU meanwhile.`,
		`Recording the history costs ${percent(historyCostShare, intervals.historyCostShare)} of the calls.`,
		`A held SSE session takes ${interval(kbPerHeldStream, intervals.kbPerHeldStream, 'KB')} of the worker’s private memory; ` +
			`${quantity(connectsPerS, '1/s')} sessions open, ${ratio(connectRatio, intervals.connectRatio)} a bare loop over undici.`,
		`Of ${sound.length} figures of servers with a known delay, ${within} were within 2 % or 0.2 ms of the truth` +
			`${disturbed > 0 ? `; ${disturbed} more were disturbed` : ''}.`,
		...(machine.busyCpus > quietCpus
			? [
					`The machine was not idle: other programs used ${machine.busyCpus.toFixed(1)} CPUs when it began. Calibrate it anew when it is.`,
				]
			: []),
	];
}

export function calibrationTables(calibration: Calibration): Resolution['tables'] {
	const { contenders, timing, spread, verifiedCallsPerS } = calibration;
	const speed: TextTable = {
		head: ['generator', 'per second', 'µs of its core each', 'this harness ÷ it'],
		rows: [
			['this harness', ...rate(verifiedCallsPerS), '1×'],
			...contenders.map(({ title, perS, ratio: r }) => [title, ...rate(perS), ratio(r.value, r.ci)]),
		],
	};
	const error: TextTable = {
		head: ['server and figure', 'truth', 'measured', 'error', 'allowed', 'within'],
		rows: timing.map(({ case: name, expectedUs, measuredUs, toleranceUs, within, disturbed }) => [
			name,
			quantity(expectedUs, 'µs'),
			quantity(measuredUs, 'µs'),
			quantity(measuredUs - expectedUs, 'µs'),
			`±${quantity(toleranceUs, 'µs')}`,
			disturbed !== undefined ? 'disturbed' : within ? 'yes' : 'no',
		]),
	};
	const noise: TextTable = {
		head: ['scenario and measure', 'A′ ÷ A', 'one repeat differs by'],
		rows: spread.map(({ scenario, measure, ratio: r, perRepeat }) => [
			`${scenario}: ${measureInfo(measure).title}`,
			ratio(r.value, r.ci),
			`±${figure(perRepeat * 100, '%')} %`,
		]),
	};
	return [
		{ title: 'Requests per second of one core', table: speed },
		{ title: 'Timing error, against servers whose delay is known', table: error },
		{ title: 'One target against itself', table: noise },
	].filter(({ table }) => table.rows.length > 0);
}

function rate(perS: number): [string, string] {
	return [figure(perS), figure(1e6 / perS)];
}

function percent(share: number, ci: readonly [number, number] | undefined): string {
	return interval(share * 100, ci && [ci[0] * 100, ci[1] * 100], '%');
}
