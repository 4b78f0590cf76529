// A colour per target, the same in every chart. This file also runs in the browser: it imports nothing at run time.

export type Scheme = 'light' | 'dark';

const points = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const;

/** How a target is drawn. Dash and point shape repeat what the colour says, for readers who cannot tell colours apart. */
export interface Ink {
	readonly light: string;
	readonly dark: string;
	readonly dash: readonly number[];
	readonly point: (typeof points)[number];
	/** Points of a variant are rings, its bars are pale within their frame. */
	readonly hollow: boolean;
}

/** By target id. */
export type Palette = Readonly<Record<string, Ink>>;

type Hue = Pick<Ink, Scheme | 'point'>;

// Near Okabe and Ito's colours, with lightnesses moved so far apart that any two of the six differ by 14 (ΔE of CIEDE2000) for
// readers without one kind of cone too, and with a contrast of at least 3:1 against the ground: palette.test.ts simulates it.
const vermillion: Hue = { light: '#d9670e', dark: '#e57423', point: 'circle' };
const blue: Hue = { light: '#0764c4', dark: '#3aa8f4', point: 'rect' };
const green: Hue = { light: '#15956c', dark: '#379371', point: 'triangle' };
const purple: Hue = { light: '#a7678d', dark: '#c687aa', point: 'rectRot' };
const amber: Hue = { light: '#715d31', dark: '#fbc656', point: 'star' };
const grey: Hue = { light: '#595b5d', dark: '#c7d4e1', point: 'crossRot' };
const olive: Hue = { light: '#857a00', dark: '#e0d64a', point: 'circle' };
const sky: Hue = { light: '#2b87bd', dark: '#8ccbf0', point: 'rect' };

/** The reference servers keep their colour whatever else a run contains, so that charts of two runs compare. */
const fixed: Readonly<Record<string, Hue>> = {
	sse: vermillion,
	stateful: blue,
	stateless: green,
	modern: purple,
	'modern-listen': grey,
	'stateful-no-stream': amber,
};
/** Of servers that are nobody's variant; where they are many they share the others' hues, as variants. */
const free: readonly Hue[] = [olive, sky, amber, grey];

/**
 * Variants of one hue: a shade towards black, on a dark ground towards white, and a dash of its own. Towards the ground
 * there is no room: all must have a contrast of 3:1. Neighbours in the list are far apart in shade.
 */
const variants: readonly { readonly shade: number; readonly dash: readonly number[] }[] = [
	{ shade: 0, dash: [] },
	{ shade: -0.4, dash: [8, 4] },
	{ shade: -0.6, dash: [2, 3] },
	{ shade: -0.22, dash: [10, 3, 2, 3] },
	{ shade: -0.5, dash: [4, 8] },
	{ shade: 0, dash: [14, 4] },
	{ shade: -0.4, dash: [6, 2, 1, 2] },
	{ shade: -0.6, dash: [12, 8] },
	{ shade: -0.22, dash: [1, 5] },
	{ shade: -0.5, dash: [16, 3, 4, 3] },
];

/** What decides a target's colour. */
interface Coloured {
	readonly id: string;
	readonly base: string;
	/** The reference arm it is measured against, whose hue it shares. */
	readonly reference?: string;
	/** Of a stand-in for a platform: a reference server runs on it, whose hue it shares. */
	readonly implementation?: string;
	readonly transport?: string;
	/** Of an arm of several processes, which never stands beside the one of a single process. */
	readonly instances?: number;
	/** Of the A/A arm: the target that it is once more, whose ink it has. */
	readonly twinOf?: string;
}

/** Gives every target its ink: the hue of its base, and a shade and dash for each further variant of that base. */
export function paletteOf(targets: readonly Coloured[]): Palette {
	const palette: Record<string, Ink> = {};
	const hues: Record<string, Hue> = {};
	/** How many targets have a hue. */
	const used = new Map<Hue, number>();
	/** The same of those of several processes, which begin with the plain ink again. */
	const usedBySeveral = new Map<Hue, number>();
	let unknown = 0;
	// A base takes the plain ink even where a variant is listed before it.
	const originals = targets.filter(({ twinOf }) => twinOf === undefined);
	const isBase = ({ id, base, reference, implementation }: Coloured) =>
		id === base && reference === undefined && implementation !== 'serverless';
	for (const target of [...originals.filter(isBase), ...originals.filter((other) => !isBase(other))]) {
		const family = familyOf(target);
		const hue = hues[family] ?? fixed[family] ?? free[unknown++ % free.length] ?? grey;
		hues[family] = hue;
		const count = (target.instances ?? 1) > 1 ? usedBySeveral : used;
		const nth = count.get(hue) ?? 0;
		count.set(hue, nth + 1);
		palette[target.id] = inkVariant({ ...hue, dash: [], hollow: false }, nth);
	}
	for (const { id, twinOf } of targets) {
		const ink = twinOf === undefined ? undefined : palette[twinOf];
		if (ink) for (const name of [id, `${twinOf}, again`]) palette[name] = ink;
	}
	return palette;
}

/** Whose hue a target has: `cloud-run-modern-listen` that of `modern-listen`, `lambda-sse-buffered` that of its transport. */
function familyOf({ id, base, reference, implementation, transport }: Coloured): string {
	if (reference !== undefined) return reference;
	if (implementation !== 'serverless') return base;
	const named = Object.keys(fixed).filter((known) => id.endsWith(`-${known}`));
	return named.sort((a, b) => b.length - a.length)[0] ?? transport ?? base;
}

/** The nth variant of an ink: for another arm of a base, or another series of the same target in one chart. */
export function inkVariant(ink: Ink, nth: number): Ink {
	const { shade } = variants[nth % variants.length] ?? { shade: 0 };
	return {
		...ink,
		light: shaded(ink.light, shade),
		// On a dark ground the first variant must become lighter, not darker, to stay visible.
		dark: shaded(ink.dark, -shade * 0.8),
		dash: dashOf(ink, nth),
		hollow: nth > 0,
	};
}

/** Each hue begins elsewhere in the list: the same shade of two hues may be alike for readers without one kind of cone. */
function dashOf({ point }: Ink, nth: number): readonly number[] {
	const dashed = variants.slice(1);
	return nth === 0 ? [] : (dashed[(nth - 1 + 7 * points.indexOf(point)) % dashed.length]?.dash ?? []);
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

/** What fills the bars of a variant: the colour of their frame, seen through. */
export function hollowFill(colour: string): string {
	return `${colour}40`;
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
