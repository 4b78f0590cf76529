import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { before, describe, test } from 'node:test';
import { projectFolder, temporaryFolder } from './support/folders.ts';

const mostLines = 300;

const programFolders = ['bench', 'servers', 'scenarios'];

function filesIn(folder: string): string[] {
	return readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => join(folder, name));
}

const isTest = (file: string) => file.endsWith('.test.ts');

test(`no file of the program is longer than ${mostLines} lines`, () => {
	const files = programFolders.flatMap(filesIn).filter((file) => !isTest(file));
	assert.ok(files.length > 50);
	const lines = (file: string) => readFileSync(join(projectFolder, file), 'utf8').split('\n').length - 1;
	assert.deepEqual(
		files.filter((file) => lines(file) > mostLines),
		[],
	);
});

test('a test that measures, or needs a valid run, has the machine for itself', () => {
	const measures = / measuredRun\(| process\.threadCpuUsage\(/;
	const measuring = ['test', ...programFolders]
		.flatMap(filesIn)
		.filter((file) => isTest(file) && measures.test(readFileSync(join(projectFolder, file), 'utf8')));
	assert.ok(measuring.length > 3 && measuring.some((file) => file.startsWith('bench')));
	assert.deepEqual(
		measuring.filter((file) => !file.endsWith('.alone.test.ts')),
		[],
	);
});

interface LockedPackage {
	readonly hasInstallScript?: boolean;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('the lockfile', () => {
	const text = readFileSync(join(projectFolder, 'package-lock.json'), 'utf8');
	const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };

	test('names no registry', () => {
		assert.doesNotMatch(text, /"resolved"|registry/);
	});

	test('holds every package that another one may want, whatever the platform: `npm ci` refuses it otherwise', () => {
		const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter(
				(name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
			),
		);
		assert.deepEqual(missing, []);
	});

	test('holds no package that needs an install script', () => {
		assert.ok(Object.keys(packages).length > 10);
		const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
		assert.deepEqual(
			scripted.map(([name]) => name),
			[],
		);
	});
});

/** The parts of the harness that do one thing each, and know nothing of each other. */
const organs = readdirSync(join(projectFolder, 'bench'), { withFileTypes: true })
	// `calibrate` composes organs, as the files directly in `bench/` do.
	.filter((entry) => entry.isDirectory() && entry.name !== 'model' && entry.name !== 'calibrate')
	.map(({ name }) => name);

interface ImportCase {
	/** A file that does not exist. */
	readonly file: string;
	readonly imports: string;
	readonly allowed: boolean;
}

function importCases(): ImportCase[] {
	const cases: ImportCase[] = [];
	const add = (allowed: boolean, file: string, ...imports: string[]) => {
		for (const each of imports) cases.push({ file, imports: each, allowed });
	};
	add(true, 'bench/model/x.ts', './session.ts');
	add(false, 'bench/model/x.ts', '../clock.ts', '../load/x.ts', '../../servers/x.ts', 'node:fs', 'undici', 'execa');
	for (const organ of organs) {
		const others = organs.filter((other) => other !== organ);
		const near = `bench/${organ}/x.ts`;
		add(true, near, './y.ts', '../model/session.ts', '../clock.ts', '../random.ts', 'node:fs');
		add(false, near, ...others.map((other) => `../${other}/x.ts`), '../trial.ts', '../../scenarios/restart.ts');
		add(false, near, '../../servers/sse.ts', '../calibrate/x.ts');
		const deep = `bench/${organ}/deep/x.ts`;
		add(true, deep, '../y.ts', '../../model/session.ts');
		add(false, deep, '../../calibrate/x.ts');
		add(false, deep, ...others.map((other) => `../../${other}/x.ts`), '../../trial.ts');
		add(organ === 'fleet', near, 'execa');
		add(organ === 'wire', near, 'undici');
		add(organ === 'libraries', near, '@modelcontextprotocol/client');
	}
	add(true, 'bench/fleet/x.ts', '../../servers/contract.ts');
	add(true, 'bench/x.ts', './load/x.ts', './fleet/x.ts', './judge/x.ts', '../scenarios/index.ts');
	add(false, 'bench/x.ts', 'execa', 'undici', '@modelcontextprotocol/client', '../servers/sse.ts');
	add(true, 'bench/calibrate/x.ts', '../load/x.ts', '../fleet/x.ts', '../judge/x.ts', '../trial.ts');
	add(false, 'bench/calibrate/x.ts', 'execa', 'undici', '../../servers/sse.ts');
	add(true, 'scenarios/x.ts', './arms.ts', '../bench/model/scenario.ts');
	add(false, 'scenarios/x.ts', '../bench/plan.ts');
	add(false, 'scenarios/x.ts', '../servers/sse.ts', 'execa', 'undici');
	add(true, 'servers/x.ts', './contract.ts', './shared/rpc.ts', 'node:http');
	add(false, 'servers/x.ts', '../bench/model/session.ts', '../bench/clock.ts', '../scenarios/index.ts', 'undici');
	add(false, 'servers/shared/x.ts', '../../bench/model/session.ts', 'execa');
	return cases;
}

/** Which lines of which files the project's rules refuse, for files that are written into a folder of the test's own. */
async function refusedImports(cases: readonly ImportCase[]): Promise<Set<string>> {
	const folder = temporaryFolder('rules');
	for (const name of ['biome.json', '.gitignore']) copyFileSync(join(projectFolder, name), join(folder, name));
	const contents = Map.groupBy(cases, ({ file }) => file);
	for (const [file, lines] of contents) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), lines.map(({ imports }) => `import '${imports}';\n`).join(''));
	}
	const biome = join(projectFolder, 'node_modules', '.bin', 'biome');
	const args = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '.'];
	const out = await new Promise<string>((resolve) => {
		execFile(biome, args, { cwd: folder, timeout: 60_000 }, (_error, stdout) => resolve(stdout));
	});
	const refused = new Set<string>();
	for (const [, path = '', line] of out.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)) {
		const file = path.startsWith('/') ? relative(folder, path) : path;
		const found = contents.get(file)?.[Number(line) - 1];
		assert.ok(found, `${path}:${line} was written by this test`);
		refused.add(`${found.file} ← ${found.imports}`);
	}
	return refused;
}

describe('imports run one way, and the linter sees to it', () => {
	const cases = importCases();
	let refused = new Set<string>();
	before(async () => {
		refused = await refusedImports(cases);
	});
	const wrong = (allowed: boolean) =>
		cases
			.filter((each) => each.allowed === allowed)
			.map(({ file, imports }) => `${file} ← ${imports}`)
			.filter((each) => refused.has(each) === allowed);

	test('what the design forbids is refused', () => {
		assert.ok(organs.length >= 7 && cases.length > 100);
		assert.deepEqual(wrong(false), []);
	});

	test('what the design allows is not', () => {
		assert.deepEqual(wrong(true), []);
	});

	test('scenarios import no organ', async () => {
		const each = organs.map((organ) => ({ file: 'scenarios/x.ts', imports: `../bench/${organ}/x.ts`, allowed: false }));
		assert.equal((await refusedImports(each)).size, organs.length);
	});

	test('model imports no package either', async () => {
		const packages = ['simple-statistics', 'pure-rand/generator/xoroshiro128plus', '@napi-rs/canvas'];
		const each = packages.map((imports) => ({ file: 'bench/model/x.ts', imports, allowed: false }));
		assert.equal((await refusedImports(each)).size, packages.length);
	});
});
