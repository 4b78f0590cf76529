import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, Finding } from '../model/finding.ts';
import type { ReportInput } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import { cellsOf } from './columns.ts';
import { measureInfo } from './content.ts';
import { fixture } from './fixture.ts';
import { decidingFigures, shareText } from './share.ts';

const path = 'results/runs/20260131T120500Z-standard/report.html';

/** Whatever the run: it can be pasted. */
function pasteable(
	run: RunRecord,
	reportPath: string | undefined = path,
	sections: ReportInput['sections'] = [],
): string[] {
	const text = shareText({ run, sections }, reportPath);
	assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u, 'plain text');
	const lines = text.split('\n');
	assert.ok(lines.length <= 15, `${lines.length} lines:\n${text}`);
	for (const line of lines) assert.ok(cellsOf(line) <= 80 || line.startsWith('Report: '), line);
	assert.ok(lines.every((line) => line.trim() !== ''));
	return lines.map((line) => line.replaceAll('\u202f', ' '));
}

function finding(id: string, scenario: string, more: Partial<Finding> = {}): Finding {
	const evidence = [
		{ target: 'sse', measure: 'pssKbPerClient', value: 18, unit: 'KB', ci: [17, 19] as [number, number] },
	] as const;
	return { id, claim: id, scenario, verdict: 'confirmed', because: '', evidence, ...more };
}

function comparison(scenario: string, value: number, ci: readonly [number, number]): Comparison {
	const verdict = value > 1 ? 'higher' : 'lower';
	return { scenario, measure: 'pssKbPerClient', a: 'stateless', b: 'sse', ratio: value, ci, verdict };
}

test('what ran where, the verdicts, what decides, where the report lies, and how to run it again', () => {
	const lines = pasteable({ ...fixture.run, state: 'completed' });
	assert.match(lines[0] ?? '', /^MCP transports \(standard\): 6 targets, 3 scenarios, \d+ of \d+ trials completed\.$/);
	assert.match(lines[1] ?? '', /^On Example CPU E-2000 @ 2\.60GHz \(2 CPUs\), Debian GNU\/Linux 12/);
	const total = lines.find((line) => line.startsWith('Verdicts: ')) ?? '';
	for (const verdict of ['confirmed', 'refuted', 'depends', 'inconclusive'] as const) {
		const count = fixture.run.findings.filter((one) => one.verdict === verdict && !one.unmeasured).length;
		assert.ok(total.includes(`${count} ${verdict}`), total);
	}
	assert.ok(lines.includes(`Report: ${path}`));
	const again = lines.slice(lines.findIndex((line) => line.startsWith('Again:')));
	const command = again.map((line) => line.replace(/^Again: | \\$/g, '').trim()).join(' ');
	assert.equal(command, fixture.run.command, 'whole, and a shell takes it over several lines');
});

test('a difference that is also that of how long clients wait does not stand beside a figure', () => {
	const evidence = [{ target: 'sse', measure: 'recovery95Ms', value: 3000, ci: [2900, 3100], unit: 'ms' }] as const;
	const compared = (b: string, measure: Comparison['measure']) =>
		({ scenario: 'restart', measure, a: 'sse', b, ratio: 0.5, ci: [0.4, 0.6], verdict: 'lower' }) as const;
	const shown = (b: string, measure: Comparison['measure'] = 'recovery95Ms') => {
		const lines = evidence.map((line) => ({ ...line, measure }));
		const findings = [finding('back', 'restart', { evidence: lines })];
		return decidingFigures({ ...fixture.run, findings, comparisons: [compared(b, measure)] })[0]?.comparison?.b;
	};
	assert.equal(shown('stateless'), 'stateless', 'both wait alike');
	assert.equal(shown('sse/full-jitter'), undefined);
	assert.equal(shown('sse/full-jitter', 'cpuUsPerCall'), 'sse/full-jitter', 'no wait is in it');
});

test('the figures that decide most: the largest certain difference first, of different scenarios', () => {
	const run = {
		...fixture.run,
		findings: [
			finding('small', 'steady-calls'),
			finding('large', 'idle-clients'),
			finding('second-of-large', 'idle-clients'),
			finding('alone', 'restart'),
			finding('open', 'soak', { verdict: 'inconclusive' }),
			finding('no-interval', 'auth', { evidence: [{ target: 'sse', measure: 'callsOk', value: 3, unit: '' }] }),
		],
		comparisons: [
			comparison('steady-calls', 1.2, [1.1, 1.3]),
			comparison('idle-clients', 0.25, [0.2, 0.3]),
			// Uncertain, however large it is: 1 is in it.
			comparison('restart', 40, [0.9, 80]),
		],
	};
	assert.deepEqual(
		decidingFigures(run).map((one) => one.finding.id),
		['large', 'second-of-large', 'small', 'alone', 'no-interval'],
	);
	const lines = pasteable(run);
	const figures = lines.filter((line) => line.startsWith('✓ '));
	assert.equal(figures.length, 3);
	assert.equal(figures[0], '✓ large: PSS per client, sse 18.0 [17.0, 19.0] KB');
	assert.match(figures[1] ?? '', /^✓ small: .* 18\.0 \[17\.0, 19\.0\] KB$/);
	assert.match(figures[2] ?? '', /^✓ alone: .* 18\.0 \[17\.0, 19\.0\] KB$/);
	const below = (figure: string | undefined) => lines[lines.indexOf(figure ?? '') + 1];
	assert.equal(
		below(figures[0]),
		'  0.250× [0.200, 0.300] of stateless',
		'what is too long for the line stands below it',
	);
	assert.equal(below(figures[1]), '  1.20× [1.10, 1.30] of stateless');
	const few = { ...run, findings: run.findings.filter(({ id }) => !['small', 'alone'].includes(id)) };
	assert.match(
		pasteable(few).findLast((line) => line.startsWith('✓ ')) ?? '',
		/ 3 \(no interval\)$/,
		'what has no interval comes after a second of the same scenario',
	);
	// Seen from the other side it is the other that is named.
	const [evidence] = finding('', '').evidence;
	assert.ok(evidence);
	const turned = [finding('large', 'idle-clients', { evidence: [{ ...evidence, target: 'stateless' }] })];
	assert.match(
		pasteable({ ...run, findings: turned }).join('\n'),
		/^✓ large: PSS per client, stateless 18\.0 \[17\.0, 19\.0\] KB\n {2}sse has 0\.250× \[0\.200, 0\.300\] of that$/m,
	);
});

test('verdicts are counted part by part; what does not fit is counted too', () => {
	const part = (nth: number) => ({ part: `A part of the article with the number ${nth}` });
	const findings = Array.from({ length: 40 }, (_, nth) => finding(`f${nth}`, 'restart', part(nth % 20)));
	const lines = pasteable({ ...fixture.run, findings });
	assert.match(lines.join(' '), /number 0 ✓2 · /);
	const shown = lines.join(' ').match(/number \d+ ✓2/g)?.length ?? 0;
	assert.ok(shown > 0 && lines.join(' ').includes(`and ${20 - shown} more`), lines.join('\n'));
});

test('claims are counted apart from the statements that rest on them', () => {
	const part = { part: 'Part' };
	const findings = [
		finding('a', 'restart', part),
		finding('b', 'restart', { ...part, restsOn: ['a'], verdict: 'depends' }),
	];
	const lines = pasteable({ ...fixture.run, findings });
	assert.ok(lines.includes('Verdicts: ✓ 1 confirmed'), lines.join('\n'));
	assert.ok(lines.includes('  by part, with 1 that rests on these: Part ✓1 ◐1'), lines.join('\n'));
});

test('a run that put no claim to a rule shows what it measured, and no sentence of claims', () => {
	const run = { ...fixture.run, findings: [], comparisons: [] };
	const sections = fixture.sections.slice(0, 1);
	const lines = pasteable(run, path, sections);
	assert.doesNotMatch(lines.join('\n'), /Verdicts|claim/);
	const [measures, width] = [sections[0]?.table.measures ?? [], 3];
	const figures = lines.filter((line) => line.startsWith('idle-clients, '));
	assert.equal(figures.length, Math.min(width, measures.length));
	for (const line of figures) assert.match(line, / sse [\d.]+ \[[\d.]+, [\d.]+\] \S+, .*and \d+ more$/);
	const main = measures.slice(-1);
	const own = sections.map((section) => ({
		...section,
		table: { ...section.table, main, rows: section.table.rows.slice(0, 1) },
	}));
	const [first = ''] = pasteable(run, path, own).filter((line) => line.startsWith('idle-clients, '));
	assert.ok(first.startsWith(`idle-clients, ${measureInfo(main[0] ?? 'p50Us').title}: sse `), first);
	assert.match(first, /: sse [\d.]+ \[[\d.]+, [\d.]+\]( \S+)?$/, 'what the scenario compares comes first');
});

test('of trials that failed for several reasons the first is told, and how many more there are', () => {
	const [first, second, third] = fixture.run.trials.slice(0, 3);
	assert.ok(first && second && third);
	const failed = (trial: typeof first, because: string) =>
		({
			...trial,
			state: 'invalid',
			because,
			startedAt: '',
			durationMs: 1,
			measures: {},
		}) as RunRecord['trials'][number];
	const trials = [failed(first, 'one'), failed(second, 'two'), failed(third, 'x'.repeat(200))];
	const line = pasteable({ ...fixture.run, trials }).find((each) => each.startsWith('! '));
	assert.match(line ?? '', /: invalid: one; and 2 more$/);
	const long = pasteable({ ...fixture.run, trials: trials.toReversed() }).find((each) => each.startsWith('! '));
	assert.match(long ?? '', /…; and 2 more$/);
});

test('a run that decided nothing, was interrupted, failed, or never began a trial says so', () => {
	const open = fixture.run.findings.map((one): Finding => ({ ...one, verdict: 'inconclusive' }));
	const undecided = pasteable({ ...fixture.run, findings: open, comparisons: [] });
	assert.ok(undecided.includes('No figure decides anything yet; the report says what each claim lacks.'));
	assert.ok(pasteable({ ...fixture.run, state: 'interrupted' }).some((line) => line.startsWith('Interrupted: ')));
	const failed = pasteable({ ...fixture.run, state: 'failed' });
	assert.ok(failed.some((line) => line.startsWith('With failures: ')));
	assert.ok(failed.some((line) => /^! .*: (aborted|invalid|failed to start): /.test(line)));
	const { finishedAt, ...begun } = fixture.run;
	const nothing = { ...begun, state: 'running', trials: [], findings: [], comparisons: [] } as const;
	const lines = pasteable(nothing);
	assert.match(lines[0] ?? '', /, 0 of \d+ trials completed\.$/);
	assert.ok(lines.some((line) => line.startsWith('Verdicts: none')));
	assert.ok(
		!shareText({ run: nothing, sections: [] }).includes('Report:'),
		'a report that could not be written is not named',
	);
});

test('that other programs had a good part of the machine stands in one line, however long everything else is', () => {
	const warnings = [{ id: 'machine-shared', detail: 'Other programs used 1.3 of 2 CPUs during the trial.' }] as const;
	const trials = fixture.run.trials.map((trial, n) => {
		if (!('measures' in trial) || n % 2 === 0) return trial;
		const measures = { ...trial.measures, othersCpuShare: { value: n === 1 ? 128 : 60, unit: '%' } };
		return { ...trial, warnings, measures };
	});
	const many = trials.filter((trial) => trial.warnings.some(({ id }) => id === 'machine-shared')).length;
	const command = `npm run bench -- ${Array.from({ length: 12 }, (_, n) => `--header 'X-${n}: 123'`).join(' ')}`;
	for (const more of [{}, { state: 'failed', command } as const]) {
		const lines = pasteable({ ...fixture.run, trials, ...more });
		assert.ok(lines.includes(`! Other programs used up to 1.3 of 2 CPUs, in ${many} of ${trials.length} trials.`));
	}
	assert.ok(!pasteable(fixture.run).some((line) => line.includes('Other programs')));
});

test('names that are long, wide or hostile break nothing; a long command stands in the report', () => {
	const long = '服务器'.repeat(60);
	const [first] = fixture.run.findings;
	assert.ok(first);
	const evidence = [{ target: long, case: long, measure: 'p99Us' as const, value: 1, unit: 'µs' }];
	const findings = Array.from({ length: 9 }, () => ({ ...first, verdict: 'refuted' as const, part: long, evidence }));
	const environment = { ...fixture.run.environment, cpuModel: long, os: `\u001b[31m${long}` };
	const command = `npm run bench -- --target-command '${long} "x" y' --seed 1`;
	const lines = pasteable({ ...fixture.run, findings, environment, command, state: 'failed' });
	assert.equal(lines.at(-1), 'Again:  the command is long; it stands in the report.');
	const many = `npm run bench -- --target-command 'python server.py --port 8000' --target a,b --seed 1${' --quiet'.repeat(12)}`;
	const again = pasteable({ ...fixture.run, command: many }).slice(-3);
	assert.ok(
		again.slice(0, -1).every((line) => line.endsWith(' \\')),
		again.join('\n'),
	);
	assert.ok(again.join('').includes("'python server.py --port 8000'"), 'what is quoted is never broken');
});
