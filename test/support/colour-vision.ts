// How colours look to people who see fewer of them, and how far apart two colours are.

/** Linear sRGB, each from 0 to 1. */
type Rgb = readonly [r: number, g: number, b: number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/**
 * The whole lack of one kind of cone, on linear sRGB: Machado, Oliveira and Fernandes, “A Physiologically-based Model for
 * Simulation of Color Vision Deficiency”, IEEE TVCG 15(6), 2009, table 1, severity 1.0.
 */
export const deficiencies = {
	protanopia: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998],
	],
	deuteranopia: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881],
	],
	tritanopia: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039],
	],
} as const satisfies Record<string, Matrix>;

export type Vision = 'usual' | keyof typeof deficiencies;
export const visions: readonly Vision[] = ['usual', 'protanopia', 'deuteranopia', 'tritanopia'];

function linear(colour: string): Rgb {
	const part = (at: number) => {
		const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	};
	return [part(1), part(3), part(5)];
}

function times(matrix: Matrix, [r, g, b]: Rgb): Rgb {
	const row = ([x, y, z]: Rgb) => x * r + y * g + z * b;
	return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

/** What somebody sees of `#rrggbb`. */
function seen(colour: string, vision: Vision): Rgb {
	if (vision === 'usual') return linear(colour);
	const [r, g, b] = times(deficiencies[vision], linear(colour));
	const within = (part: number) => Math.min(1, Math.max(0, part));
	return [within(r), within(g), within(b)];
}

const toXyz: Matrix = [
	[0.4124564, 0.3575761, 0.1804375],
	[0.2126729, 0.7151522, 0.072175],
	[0.0193339, 0.119192, 0.9503041],
];

export type Lab = readonly [l: number, a: number, b: number];

/** CIELAB under D65. */
function labOf(rgb: Rgb): Lab {
	const [x, y, z] = times(toXyz, rgb);
	const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
	const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
	return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The hue angle in degrees, from 0 to 360. */
function hueOf(a: number, b: number): number {
	if (a === 0 && b === 0) return 0;
	return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
}

/**
 * ΔE of CIEDE2000, as Sharma, Wu and Dalal write it down: “The CIEDE2000 Color-Difference Formula”, Color Research and
 * Application 30(1), 2005. Below 1 nobody sees a difference; from about 10 on it is seen at a glance.
 */
export function ciede2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
	const meanC7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
	const stretch = 1.5 - 0.5 * Math.sqrt(meanC7 / (meanC7 + 25 ** 7));
	const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)];
	const [h1, h2] = [hueOf(a1 * stretch, b1), hueOf(a2 * stretch, b2)];
	const grey = c1 * c2 === 0;
	const apart = h2 - h1;
	const turn = grey ? 0 : apart > 180 ? apart - 360 : apart < -180 ? apart + 360 : apart;
	const dL = l2 - l1;
	const dC = c2 - c1;
	const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(radians(turn / 2));
	const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2];
	const far = Math.abs(apart) > 180;
	const h = grey ? h1 + h2 : far ? (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2 : (h1 + h2) / 2;
	const t =
		1 -
		0.17 * Math.cos(radians(h - 30)) +
		0.24 * Math.cos(radians(2 * h)) +
		0.32 * Math.cos(radians(3 * h + 6)) -
		0.2 * Math.cos(radians(4 * h - 63));
	const sL = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
	const sC = 1 + 0.045 * c;
	const sH = 1 + 0.015 * c * t;
	const turned =
		2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * Math.sin(radians(60 * Math.exp(-(((h - 275) / 25) ** 2))));
	return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 - turned * (dC / sC) * (dH / sH));
}

/** How far apart two colours are for somebody, as ΔE of CIEDE2000. */
export function distance(one: string, other: string, vision: Vision): number {
	return ciede2000(labOf(seen(one, vision)), labOf(seen(other, vision)));
}
