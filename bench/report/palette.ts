// A colour per target, the same in every chart. This file also runs in the browser: it imports nothing at run time.

export type Scheme = 'light' | 'dark';

/** How a target is drawn. Dash and point shape repeat what the colour says, for readers who cannot tell colours apart. */
export interface Ink {
	readonly light: string;
	readonly dark: string;
	readonly dash: readonly number[];
	readonly point: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'star' | 'crossRot';
	/** Points of a variant are rings. */
	readonly hollow: boolean;
}

/** By target id. */
export type Palette = Readonly<Record<string, Ink>>;

type Hue = Pick<Ink, Scheme | 'point'>;

// Okabe and Ito's colours, darkened on white and lightened on black to at least 3:1 against the ground.
const vermillion: Hue = { light: '#d55e00', dark: '#ee7f33', point: 'circle' };
const blue: Hue = { light: '#0072b2', dark: '#4ba3e3', point: 'rect' };
const green: Hue = { light: '#00906a', dark: '#22b88f', point: 'triangle' };
const purple: Hue = { light: '#b0588a', dark: '#d98cba', point: 'rectRot' };
const amber: Hue = { light: '#b27a00', dark: '#e6a91f', point: 'star' };
const grey: Hue = { light: '#5b6470', dark: '#a7afba', point: 'crossRot' };
const olive: Hue = { light: '#857a00', dark: '#e0d64a', point: 'circle' };
const sky: Hue = { light: '#2b87bd', dark: '#8ccbf0', point: 'rect' };

/** The reference servers keep their colour whatever else a run contains, so that charts of two runs compare. */
const fixed: Readonly<Record<string, Hue>> = { sse: vermillion, stateful: blue, stateless: green, modern: purple };
const free: readonly Hue[] = [amber, grey, olive, sky];

/** Variants of one base: shade towards black (negative) or white, and a dash. */
const variants: readonly { readonly shade: number; readonly dash: readonly number[] }[] = [
	{ shade: 0, dash: [] },
	{ shade: -0.4, dash: [8, 4] },
	{ shade: 0.35, dash: [2, 3] },
	{ shade: -0.62, dash: [10, 3, 2, 3] },
	{ shade: 0.55, dash: [4, 8] },
];

/** What decides a target's colour. */
interface Coloured {
	readonly id: string;
	readonly base: string;
	/** The reference arm it is measured against, whose hue it shares. */
	readonly reference?: string;
	/** Of an arm of several processes, which never stands beside the one of a single process. */
	readonly instances?: number;
	/** Of the A/A arm: the target that it is once more, whose ink it has. */
	readonly twinOf?: string;
}

/** Gives every target its ink: the hue of its base, and a shade and dash for each further variant of that base. */
export function paletteOf(targets: readonly Coloured[]): Palette {
	const palette: Record<string, Ink> = {};
	const hues: Record<string, Hue> = {};
	const used: Record<string, number> = {};
	let unknown = 0;
	// A base takes the plain ink even where a variant is listed before it.
	const originals = targets.filter(({ twinOf }) => twinOf === undefined);
	const isBase = ({ id, base, reference }: Coloured) => id === base && reference === undefined;
	for (const target of [...originals.filter(isBase), ...originals.filter((other) => !isBase(other))]) {
		const base = target.reference ?? target.base;
		const hue = hues[base] ?? fixed[base] ?? free[unknown++ % free.length] ?? grey;
		hues[base] = hue;
		if ((target.instances ?? 1) > 1) {
			palette[target.id] = { ...hue, dash: [], hollow: false };
			continue;
		}
		const nth = used[base] ?? 0;
		used[base] = nth + 1;
		palette[target.id] = inkVariant({ ...hue, dash: [], hollow: false }, nth);
	}
	for (const { id, twinOf } of targets) {
		const ink = twinOf === undefined ? undefined : palette[twinOf];
		if (ink) for (const name of [id, `${twinOf}, again`]) palette[name] = ink;
	}
	return palette;
}

/** The nth variant of an ink: for another arm of a base, or another series of the same target in one chart. */
export function inkVariant(ink: Ink, nth: number): Ink {
	const variant = variants[nth % variants.length] ?? { shade: 0, dash: [] };
	return {
		...ink,
		light: shaded(ink.light, variant.shade),
		// On a dark ground the first variant must become lighter, not darker, to stay visible.
		dark: shaded(ink.dark, -variant.shade * 0.8),
		dash: variant.dash,
		hollow: nth > 0,
	};
}

/**
 * The ink of a target; a line of no target, or of one that the run does not know, gets a colour by its place in the
 * chart, rather one that stands for no target.
 */
export function inkOf(palette: Palette, target: string, index: number): Ink {
	const known = palette[target];
	if (known !== undefined) return known;
	const hues = [...free, ...Object.values(fixed)];
	return { ...(hues[index % hues.length] ?? grey), dash: [], hollow: false };
}

/** Mixes `#rrggbb` with black (share below 0) or white. */
function shaded(colour: string, share: number): string {
	return mixed(colour, share < 0 ? '#000000' : '#ffffff', Math.abs(share));
}

/** A colour on the straight way from one `#rrggbb` to another. */
function mixed(from: string, to: string, share: number): string {
	const parts = [1, 3, 5].map((at) => {
		const [a = 0, b = 0] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
		return Math.round(a + (b - a) * share)
			.toString(16)
			.padStart(2, '0');
	});
	return `#${parts.join('')}`;
}

/** Blue against orange is told apart by nearly everyone; between them the ground, so that what is decided stands out. */
const heatHues: Readonly<Record<Scheme, { readonly good: string; readonly between: string; readonly bad: string }>> = {
	light: { good: '#0072b2', between: '#f3f3ef', bad: '#e0762b' },
	dark: { good: '#2a8ed0', between: '#2b313a', bad: '#d9722a' },
};

/** The ground and the text of a heat map's cell. */
export interface CellInk {
	readonly ground: string;
	readonly text: string;
}

/**
 * How a cell is coloured.
 * @param place from 0, the low end of the scale, to 1, the high end
 */
export function cellInk(place: number, better: 'lower' | 'higher' | 'neither', scheme: Scheme): CellInk {
	const { good, between, bad } = heatHues[scheme];
	if (better === 'neither') return withText(mixed(between, good, place));
	const badness = better === 'lower' ? place : 1 - place;
	const ground = badness < 0.5 ? mixed(good, between, badness * 2) : mixed(between, bad, badness * 2 - 1);
	return withText(ground);
}

/**
 * Grounds of classes, from the best to the worst: each is darker than the one before, so that they are told apart without colours
 * too, and the best alone is blue, as in a scale. The same in both schemes: none is lost on either ground.
 */
const classGrounds = ['#a9d8f5', '#cdb98a', '#d98c1f', '#ac4614', '#5a1f0e'] as const;

/** How a cell of the nth class is coloured; there are five at most, and further ones would look like the last. */
export function classInk(nth: number): CellInk {
	return withText(classGrounds[Math.min(nth, classGrounds.length - 1)] ?? classGrounds[4]);
}

/** White where its contrast is 4.5 or more, for it reads better on blue than black does; elsewhere black has at least 4.6. */
function withText(ground: string): CellInk {
	return { ground, text: 1.05 / (luminance(ground) + 0.05) >= 4.5 ? '#ffffff' : '#000000' };
}

/** Relative luminance after WCAG. */
export function luminance(colour: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
