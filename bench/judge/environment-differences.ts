import type { Environment } from '../model/environment.ts';
import { figure } from '../model/quantity.ts';
import type { RunRecord, ScenarioRecord } from '../model/run.ts';
import type { EnvironmentDifference } from '../model/run-comparison.ts';
import type { Target } from '../model/target.ts';

type Group = EnvironmentDifference['group'];
/** A thing that both runs had, as text. */
type Thing = readonly [group: Group, what: string, a: string, b: string, matters: boolean];

/** CPUs that were busy with something else: less of a difference says nothing. */
const leastBusy = 0.3;
/** As a share of the slower calibration. */
const leastSpeed = 0.05;

const groups: readonly Group[] = ['machine', 'software', 'load', 'server', 'run'];

/** What was not the same in two runs: what moves figures first. */
export function differencesOf({ a, b }: { readonly a: RunRecord; readonly b: RunRecord }): EnvironmentDifference[] {
	const things = [
		...machine(a.environment, b.environment),
		...software(a.environment, b.environment),
		...missing(a.environment, b.environment),
		...moment(a.environment, b.environment),
		...calibration(a, b),
		...servers(a.targets, b.targets),
		...sizes(a.scenarios, b.scenarios),
		...settings(a, b),
	];
	return things
		.filter(([, , was, is]) => was !== is)
		.map(([group, what, was, is, matters]) => ({ group, what, a: was, b: is, matters }))
		.toSorted((x, y) => Number(y.matters) - Number(x.matters) || groups.indexOf(x.group) - groups.indexOf(y.group));
}

function machine(a: Environment, b: Environment): Thing[] {
	const of = (what: string, read: (environment: Environment) => unknown): Thing => [
		...(['machine', what] as const),
		...([String(read(a)), String(read(b))] as const),
		true,
	];
	return [
		of('CPU', ({ cpuModel }) => cpuModel),
		of('CPUs', ({ cpus }) => cpus),
		of('memory', ({ memoryMb }) => `${memoryMb} MB`),
		of('architecture', ({ arch }) => arch),
		of('system', ({ os }) => os),
		of('kernel', ({ kernel }) => kernel),
		of('descriptors per process', ({ fdLimit }) => fdLimit),
		of('local ports', ({ ephemeralPorts }) => ephemeralPorts),
		of('placement', ({ placement }) => placement.note),
	];
}

function software(a: Environment, b: Environment): Thing[] {
	const names = [...new Set([...Object.keys(a.packages), ...Object.keys(b.packages)])];
	const gitOf = ({ git }: Environment) =>
		git === null ? 'no checkout' : `${git.head.slice(0, 12)}${git.dirty ? ' with local changes' : ''}`;
	return [
		['software', 'Node', a.node, b.node, true],
		['software', 'V8', a.v8, b.v8, true],
		...names.map((name): Thing => ['software', name, a.packages[name] ?? 'absent', b.packages[name] ?? 'absent', true]),
		['software', 'this project’s commit', gitOf(a), gitOf(b), true],
	];
}

/** What one machine could not measure, and the other could. */
function missing(a: Environment, b: Environment): Thing[] {
	const only = (one: Environment, other: Environment) =>
		one.missing.filter((sentence) => !other.missing.includes(sentence)).join(' ') || 'nothing more than in the other';
	return [['machine', 'not measurable', only(a, b), only(b, a), true]];
}

/** How busy the machine was when it began, where that was another. */
function moment(a: Environment, b: Environment): Thing[] {
	const differs = Math.abs(a.busyCpus - b.busyCpus) >= leastBusy;
	return differs
		? [['load', 'CPUs busy before the first trial', a.busyCpus.toFixed(2), b.busyCpus.toFixed(2), true]]
		: [];
}

function calibration({ calibration: a }: RunRecord, { calibration: b }: RunRecord): Thing[] {
	const speed = (perS: number | undefined) => (perS === undefined ? 'not calibrated' : `${figure(perS)} calls/s`);
	const [was, is] = [a?.verifiedCallsPerS, b?.verifiedCallsPerS];
	if (was !== undefined && is !== undefined && Math.abs(was - is) < leastSpeed * Math.min(was, is)) return [];
	return [['load', 'calibrated speed of the generator', speed(was), speed(is), was !== undefined && is !== undefined]];
}

/** What a target was, under the same name. */
function servers(a: readonly Target[], b: readonly Target[]): Thing[] {
	return a.flatMap((was) => {
		const is = b.find(({ id }) => id === was.id);
		if (!is) return [];
		const of = (what: string, read: (target: Target) => unknown, matters: boolean): Thing => [
			...(['server', `${was.id}: ${what}`, plain(read(was)), plain(read(is)), matters] as const),
		];
		return [
			of('transport', ({ transport }) => transport, true),
			of('start', ({ server }) => server, false),
			of('call', ({ call }) => call, true),
			of('client', ({ client }) => client, true),
			of('features', ({ features }) => features, true),
		];
	});
}

/** Objects as the words and values in them, in the order of their names. */
function plain(value: unknown): string {
	if (Array.isArray(value)) return value.map(plain).join(' ') || 'none';
	if (typeof value !== 'object' || value === null) return String(value);
	return Object.entries(value)
		.toSorted(([x], [y]) => (x < y ? -1 : 1))
		.map(([name, inner]) => `${name} ${plain(inner)}`)
		.join(', ');
}

/** How large a scenario was: figures of another size answer another question. */
function sizes(a: readonly ScenarioRecord[], b: readonly ScenarioRecord[]): Thing[] {
	return a.flatMap((was) => {
		const is = b.find(({ id }) => id === was.id);
		return is ? [...sizeThings(was, is), ...caseThings(was, is)] : [];
	});
}

function sizeThings(was: ScenarioRecord, is: ScenarioRecord): Thing[] {
	const of = (what: string, read: (scenario: ScenarioRecord) => unknown, matters = true): Thing => [
		...(['run', `${was.id}: ${what}`, plain(read(was)), plain(read(is)), matters] as const),
	];
	return [
		of('clients', ({ sessions }) => sessions),
		of('repeats', ({ repeats }) => repeats, false),
		of('path', ({ path }) => path?.word ?? 'nothing'),
		of('objective', ({ objective }) => objective ?? 'none'),
	];
}

function caseThings(was: ScenarioRecord, is: ScenarioRecord): Thing[] {
	return (was.cases ?? []).flatMap((before) => {
		const after = is.cases?.find(({ id }) => id === before.id);
		if (!after) return [];
		const where = `${was.id}, ${before.id}`;
		return [
			['run', `${where}: clients`, String(before.sessions), String(after.sessions), true],
			['run', `${where}: times divided by`, String(before.factor ?? 1), String(after.factor ?? 1), true],
		] as const;
	});
}

function settings(a: RunRecord, b: RunRecord): Thing[] {
	return [
		['run', 'profile', a.profile, b.profile, true],
		['run', 'seed', String(a.seed), String(b.seed), false],
		['run', 'state', a.state, b.state, false],
		['run', 'command', a.command, b.command, false],
	];
}

/** Whether a scenario asked for the same in both runs, so that a gate may compare it; if not, what differed. */
export function otherQuestion(a: RunRecord, b: RunRecord, scenario: string): string | undefined {
	const [was, is] = [a, b].map(({ scenarios }) => scenarios.find(({ id }) => id === scenario));
	if (!was || !is) return undefined;
	const all = [...sizeThings(was, is), ...caseThings(was, is)];
	const [, what, before, after] = all.find(([, , x, y, matters]) => matters && x !== y) ?? [];
	return what === undefined ? undefined : `${what}: ${before} in A, ${after} in B`;
}
