import assert from 'node:assert/strict';
import { test } from 'node:test';
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
