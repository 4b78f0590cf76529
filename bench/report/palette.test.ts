import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenarios } from '../../scenarios/index.ts';
import { ciede2000, distance, type Lab, visions } from '../../test/support/colour-vision.ts';
import { makePlan } from '../plan.ts';
import { knownTargets } from '../targets.ts';
import { targets } from './fixture.ts';
import { themeOf } from './look.ts';
import { cellInk, classInk, inkOf, luminance, type Palette, paletteOf, type Scheme } from './palette.ts';

const palette = paletteOf(targets);

test('a target keeps its ink whatever else a run contains', () => {
	const alone = paletteOf(targets.filter((target) => target.id === 'stateless'));
	assert.deepEqual(alone.stateless, palette.stateless);
});

test('no two targets of a run look the same', () => {
	const many = [
		...targets,
		...['v1', 'v2', 'mine', 'yours', 'theirs'].map((id) => ({ id, base: id })),
		...['a', 'b', 'c'].map((id) => ({ id: `sse/${id}`, base: 'sse' })),
	];
	for (const scheme of ['light', 'dark'] as const) {
		const inks = Object.values(paletteOf(many)).map((ink) => `${ink[scheme]} ${ink.dash} ${ink.point}`);
		assert.ok(new Set(inks).size >= inks.length - 1, 'only a ninth base may repeat an ink');
	}
});

test('a variant has the hue of its base, another shade and a dash', () => {
	const { sse, 'sse/full-jitter': variant } = palette;
	assert.ok(sse && variant);
	assert.equal(variant.point, sse.point);
	assert.notEqual(variant.light, sse.light);
	assert.deepEqual([sse.dash.length, variant.dash.length > 0], [0, true]);
});

test('a base has the plain ink even where its variant is listed first', () => {
	const swapped = paletteOf([...targets].reverse());
	assert.deepEqual(swapped.sse, palette.sse);
});

test('every ink is visible on its ground, text is readable', () => {
	const many: Palette = paletteOf([...targets, ...['v1', 'v2', 'v3', 'v4'].map((id) => ({ id, base: id }))]);
	for (const scheme of ['light', 'dark'] as const) {
		const theme = themeOf({ scheme, palette: many, font: 'x', narrow: false });
		for (const [id, ink] of Object.entries(many)) {
			assert.ok(contrast(ink[scheme], theme.surface) >= 3, `${id} on ${scheme}`);
		}
		assert.ok(contrast(theme.text, theme.surface) >= 7);
		assert.ok(contrast(theme.muted, theme.surface) >= 4.5);
	}
});

test('a target that the run does not know gets an ink', () => {
	const schemes: Scheme[] = ['light', 'dark'];
	for (const scheme of schemes) assert.match(inkOf(palette, 'unheard of', 17)[scheme], /^#[0-9a-f]{6}$/);
});

test('the text of every cell of a heat map is readable on its ground, and good and bad differ in both schemes', () => {
	for (const scheme of ['light', 'dark'] as const) {
		for (const better of ['lower', 'higher', 'neither'] as const) {
			const inks = Array.from({ length: 101 }, (_, n) => cellInk(n / 100, better, scheme));
			for (const { ground, text } of inks) assert.ok(contrast(ground, text) >= 4.5, `${text} on ${ground}`);
			assert.ok(new Set(inks.map(({ ground }) => ground)).size > 90, 'nearly every step is another colour');
		}
		assert.deepEqual(cellInk(0, 'lower', scheme), cellInk(1, 'higher', scheme));
		assert.notDeepEqual(cellInk(0, 'lower', scheme), cellInk(1, 'lower', scheme));
	}
});

test('classes are told apart without colours, each darker than the one before, and their text is readable', () => {
	const inks = Array.from({ length: 5 }, (_, nth) => classInk(nth));
	for (const { ground, text } of inks) assert.ok(contrast(ground, text) >= 4.5, `${text} on ${ground}`);
	for (const [nth, { ground }] of inks.slice(1).entries()) {
		const before = inks[nth]?.ground ?? '';
		assert.ok(luminance(ground) < luminance(before), `${ground} after ${before}`);
		assert.ok(contrast(ground, before) >= 1.25, `${ground} after ${before}`);
	}
});

/** Contrast ratio of two colours after WCAG. */
function contrast(a: string, b: string): number {
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

test('a twin looks like what it is once more, under its shown name too, and takes no ink from others', () => {
	const plain = [
		{ id: 'sse', base: 'sse' },
		{ id: 'sse/none', base: 'sse' },
	];
	const twin = { id: 'sse=again', base: 'sse', twinOf: 'sse' };
	const [without, having] = [paletteOf(plain), paletteOf([twin, ...plain])];
	for (const { id } of plain) assert.deepEqual(having[id], without[id]);
	assert.deepEqual(having['sse=again'], without.sse);
	assert.deepEqual(having['sse, again'], without.sse);
});

/** All that a standard run has, by the scenario in which they stand beside each other; charts leave twins out. */
function standardCharts(): { palette: Palette; charts: string[][] } {
	const selection = { profile: 'standard', scenarios, scenariosNamed: false, targets: [], seed: 1 } as const;
	const plan = makePlan(selection, knownTargets, { fdLimit: 1_000_000, ephemeralPorts: 28_000 });
	const charts = plan.scenarios.map(({ cases }) => [
		...new Set(cases.flatMap(({ arms }) => arms.filter(({ twinOf }) => twinOf === undefined).map(({ id }) => id))),
	]);
	return { palette: paletteOf(plan.targets), charts };
}

test('the reference servers are told apart by colour alone, by readers without one kind of cone too', () => {
	const own = ['sse', 'stateful', 'stateless', 'modern', 'modern-listen', 'stateful-no-stream'];
	const inks = Object.entries(paletteOf(own.map((id) => ({ id, base: id }))));
	for (const scheme of ['light', 'dark'] as const) {
		for (const vision of visions) {
			for (const [[one, a], [other, b]] of pairsOf(inks)) {
				const apart = distance(a[scheme], b[scheme], vision);
				assert.ok(apart >= 13, `${one} and ${other}, ${scheme}, ${vision}: ΔE ${apart.toFixed(1)}`);
			}
		}
	}
});

test('targets of one chart differ by colour for everybody, or by dashes and the filling of points and bars', () => {
	const { palette: all, charts } = standardCharts();
	assert.ok(charts.length > 8 && Object.keys(all).length > 25);
	for (const scheme of ['light', 'dark'] as const) {
		const { surface } = themeOf({ scheme, palette: all, font: 'x', narrow: false });
		for (const [id, ink] of Object.entries(all)) assert.ok(contrast(ink[scheme], surface) >= 3, `${id} on ${scheme}`);
		for (const [one, other] of charts.flatMap(pairsOf)) {
			const [a, b] = [all[one], all[other]];
			assert.ok(a && b);
			const apart = Math.min(...visions.map((vision) => distance(a[scheme], b[scheme], vision)));
			const second = String(a.dash) !== String(b.dash);
			assert.ok(apart >= 8 || second, `${one} and ${other} on ${scheme}: ΔE ${apart.toFixed(1)}`);
		}
	}
});

test('a stand-in for a platform has the hue of the reference server on it', () => {
	const { palette: all } = standardCharts();
	for (const [id, of] of [
		['lambda-sse-buffered', 'sse'],
		['cloud-run-stateful', 'stateful'],
		['lambda-modern-listen', 'modern-listen'],
		['lambda-stateful-no-stream', 'stateful-no-stream'],
	] as const)
		assert.equal(all[id]?.point, all[of]?.point, id);
});

test('the simulation and the distance are those of their papers', () => {
	const sharma: readonly (readonly [Lab, Lab, number])[] = [
		[[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
		[[50, 2.5, 0], [73, 25, -18], 27.1492],
		[[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
		[[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
	];
	for (const [one, other, expected] of sharma) assert.equal(ciede2000(one, other).toFixed(4), expected.toFixed(4));
	// Whoever lacks the cones for red or for green sees these alike; everybody else does not.
	assert.ok(distance('#c80000', '#646400', 'usual') > 40);
	assert.ok(distance('#d55e00', '#b27a00', 'deuteranopia') < 2);
	for (const vision of visions) assert.ok(distance('#808080', '#808080', vision) < 1e-9);
});

function pairsOf<T>(all: readonly T[]): [T, T][] {
	return all.flatMap((one, nth) => all.slice(nth + 1).map((other): [T, T] => [one, other]));
}
