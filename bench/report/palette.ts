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
}

/** Gives every target its ink: the hue of its base, and a shade and dash for each further variant of that base. */
export function paletteOf(targets: readonly Coloured[]): Palette {
	const palette: Record<string, Ink> = {};
	const hues: Record<string, Hue> = {};
	const used: Record<string, number> = {};
	let unknown = 0;
	// A base takes the plain ink even where a variant is listed before it.
	const isBase = ({ id, base, reference }: Coloured) => id === base && reference === undefined;
	for (const target of [...targets.filter(isBase), ...targets.filter((other) => !isBase(other))]) {
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
	const ground = share < 0 ? 0 : 255;
	const mixed = [1, 3, 5].map((at) => {
		const channel = Number.parseInt(colour.slice(at, at + 2), 16);
		const value = Math.round(channel + (ground - channel) * Math.abs(share));
		return value.toString(16).padStart(2, '0');
	});
	return `#${mixed.join('')}`;
}
