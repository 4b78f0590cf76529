import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targets } from './fixture.ts';
import { themeOf } from './look.ts';
import { inkOf, type Palette, paletteOf, type Scheme } from './palette.ts';

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

/** Contrast ratio of two colours after WCAG. */
function contrast(a: string, b: string): number {
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
