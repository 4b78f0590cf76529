// Letters drawn as outlines come again and again; here each is kept once, and a text that comes again is, too.

interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** One command of a path: its letter, and the points that it names. */
interface Command {
	readonly letter: string;
	readonly points: readonly (readonly [x: number, y: number])[];
}

/** What is filled together: an outline with its holes. */
interface Shape {
	readonly commands: readonly Command[];
	readonly box: Box;
}

/** A shape, or a text, wherever it stands: its parts, and numbers that differ by no more than one could see where it is the same. */
interface Kept {
	readonly name: string;
	readonly numbers: readonly number[];
	readonly body: string;
	used: number;
}

/** In pixels. The canvas writes eight digits, so that the same letter differs in the fourth decimal from place to place. */
const unseen = 0.02;
/** A shape whose description is shorter than the reference to it is left where it stands. */
const leastChars = 80;

/** Numbers to the hundredth of a pixel, as short as a path may have them. */
function short(value: number): string {
	return String(Math.round(value * 100) / 100).replace(/^(-?)0\./, '$1.');
}

function joined(numbers: readonly number[]): string {
	return numbers
		.map(short)
		.reduce((text, next) => (text === '' || next.startsWith('-') ? text + next : `${text} ${next}`), '');
}

/** Undefined for a path that has more than lines and curves in absolute places. */
function commandsOf(d: string): Command[] | undefined {
	if (/[^MLQCZ\d\s.,e+-]/.test(d)) return undefined;
	return [...d.matchAll(/([MLQCZ])([^MLQCZ]*)/g)].map(([, letter = '', rest = '']) => {
		const numbers = (rest.match(/-?[\d.]+(?:e[+-]?\d+)?/g) ?? []).map(Number);
		const points = Array.from(
			{ length: numbers.length / 2 },
			(_, n) => [numbers[2 * n] ?? 0, numbers[2 * n + 1] ?? 0] as const,
		);
		return { letter, points };
	});
}

function boxOf(commands: readonly Command[]): Box {
	const points = commands.flatMap((command) => command.points);
	const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
	return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function isWithin(inner: Box, outer: Box): boolean {
	return (
		inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
	);
}

/** The outlines of a path; one that lies in another stays with it, since it may be its hole. The two rings of a % are not one after the other. */
function shapesOf(commands: readonly Command[]): Shape[] {
	const outlines: Command[][] = [];
	for (const command of commands) {
		if (command.letter === 'M') outlines.push([]);
		outlines.at(-1)?.push(command);
	}
	let shapes: Shape[] = [];
	for (const outline of outlines) {
		const box = boxOf(outline);
		const kin = shapes.filter((each) => isWithin(box, each.box) || isWithin(each.box, box));
		const all = [...kin.flatMap((each) => each.commands), ...outline];
		shapes = [...shapes.filter((each) => !kin.includes(each)), { commands: all, box: boxOf(all) }];
	}
	return shapes;
}

/** Those that are the same but for what nobody could see have one entry. */
class Shelf {
	readonly #prefix: string;
	readonly #byKind = new Map<string, Kept[]>();
	readonly all: Kept[] = [];

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	keep(kind: string, numbers: readonly number[], body: () => string): Kept {
		const same = this.#byKind.get(kind) ?? [];
		this.#byKind.set(kind, same);
		const known = same.find((each) =>
			each.numbers.every((number, n) => Math.abs(number - (numbers[n] ?? 0)) <= unseen),
		);
		const kept = known ?? { name: `${this.#prefix}${this.all.length}`, numbers, body: body(), used: 0 };
		kept.used++;
		if (!known) {
			same.push(kept);
			this.all.push(kept);
		}
		return kept;
	}
}

/** The description of a shape with its first point at the origin; steps are from rounded point to rounded point, so that no error adds up. */
function described(commands: readonly Command[], [x0, y0]: readonly [number, number]): string {
	let [x, y] = [0, 0];
	return commands
		.map(({ letter, points }) => {
			const steps = points.flatMap(([px, py]) => [
				Math.round((px - x0) * 100) / 100 - x,
				Math.round((py - y0) * 100) / 100 - y,
			]);
			const [dx, dy] = steps.slice(-2);
			[x, y] = [x + (dx ?? 0), y + (dy ?? 0)];
			return (letter === 'M' ? 'm' : letter.toLowerCase()) + joined(steps);
		})
		.join('');
}

interface Placed {
	readonly shape: Kept;
	readonly x: number;
	readonly y: number;
}

function placed(shapes: Shelf, { commands }: Shape): Placed {
	const [x, y] = commands[0]?.points[0] ?? [0, 0];
	const kind = commands.map(({ letter, points }) => letter + points.length).join('');
	const numbers = commands.flatMap(({ points }) => points.flatMap(([px, py]) => [px - x, py - y]));
	return { shape: shapes.keep(kind, numbers, () => described(commands, [x, y])), x, y };
}

const use = (name: string, x: number, y: number, attributes = ''): string =>
	`<use${attributes} xlink:href="#${name}" x="${short(x)}" y="${short(y)}"/>`;

/** A path of the drawing as it is put together from what is kept. */
interface Put {
	readonly attributes: string;
	readonly text: Kept;
	readonly parts: readonly [Placed, ...Placed[]];
}

/** Lines, and what has a rule of its own for filling, may not be taken apart. */
const wholeOnly = /stroke=|fill-rule=/;

/** Undefined for a path that is left as it is. */
function putTogether(attributes: string, d: string, shapes: Shelf, texts: Shelf): Put | undefined {
	const commands = d.length < leastChars ? undefined : commandsOf(d);
	if (!commands) return undefined;
	const found = wholeOnly.test(attributes) ? [{ commands, box: boxOf(commands) }] : shapesOf(commands);
	const [first, ...others] = found.map((shape) => placed(shapes, shape));
	if (!first) return undefined;
	const parts = [first, ...others] as const;
	const away = ({ x, y }: Placed) => [x - first.x, y - first.y] as const;
	const body = () => parts.map((part) => use(part.shape.name, ...away(part))).join('');
	const kind = parts.map(({ shape }) => shape.name).join();
	return { attributes, parts, text: texts.keep(kind, parts.flatMap(away), body) };
}

function written({ attributes, text, parts: [first, ...others] }: Put): string {
	if (others.length === 0) return use(first.shape.name, first.x, first.y, attributes);
	if (text.used > 1) return use(text.name, first.x, first.y, attributes);
	return `<g${attributes}>${[first, ...others].map(({ shape, x, y }) => use(shape.name, x, y)).join('')}</g>`;
}

const paths = /<path((?: [a-z-]+="[^"]*")*?) d="([^"]*)"((?: [a-z-]+="[^"]*")*)\/>/g;

/** The same drawing with each letter, each mark and each text that comes again written once. */
export function sharedOutlines(svg: string): string {
	const [shapes, texts] = [new Shelf('s'), new Shelf('t')];
	// What comes again is known when all has been seen.
	const puts = [...svg.matchAll(paths)].map(([, before = '', d = '', after = '']) =>
		putTogether(before + after, d, shapes, texts),
	);
	let nth = 0;
	const drawn = svg.replace(paths, (path) => {
		const put = puts[nth++];
		return put ? written(put) : path;
	});
	const defined = [
		...shapes.all.map(({ name, body }) => `<path id="${name}" d="${body}"/>`),
		...texts.all.filter(({ name, used }) => used > 1 && drawn.includes(`"#${name}"`)),
	].map((each) => (typeof each === 'string' ? each : `<g id="${each.name}">${each.body}</g>`));
	return defined.length === 0 ? svg : drawn.replace(/<svg\b[^>]*>/, (tag) => `${tag}<defs>${defined.join('')}</defs>`);
}
