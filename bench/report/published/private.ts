// What a machine is called and where things lie on it is nobody's business: it is taken out of what is published, and looked for
// once more in the files that were written.

/** What must not be told of a machine. */
export interface PrivateWords {
	/** Absolute paths: home, checkout, folders of runs and of temporary files. */
	readonly paths: readonly string[];
	readonly hosts: readonly string[];
	readonly users: readonly string[];
	/** Values of variables of the environment that hold secrets. */
	readonly secrets: readonly string[];
}

/** Where users keep their files, whatever machine it is: such a path tells a name, or a habit. */
const homes =
	/(?:(?<=file:\/\/)|(?<![\w.~:/-]))(?:\/(?:home|Users|root|tmp|private|var\/(?:tmp|folders)|mnt|media|opt|srv|Volumes|workspace)\/|[A-Z]:\\Users\\)[^\s"'`)<>,;:]*/g;

const hidden = '…';
const hiddenHost = 'this-machine';

/** A folder so short is part of any path, as `/` and `/tmp` are. */
const shortestPath = 4;
const shortestSecret = 6;

/** A plain word such as `debian` or `runner` tells of no one machine, and stands in texts of our own. */
function isTelling(name: string): boolean {
	return name.length >= 3 && name !== 'localhost' && (/[^a-z]/.test(name) || name.length > 12);
}

function literal(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A path as a whole: `/root` is none of `/rooted`. */
function pathPattern(path: string): RegExp {
	return new RegExp(`(?<![\\w.])${literal(path.replace(/[/\\]+$/, ''))}(?![\\w-])`, 'g');
}

function hostPattern(host: string): RegExp {
	return new RegExp(`(?<![\\w.-])${literal(host)}(?![\\w-])`, 'g');
}

/** A user where a path or an address names one; as a word alone it may be any. */
function userPattern(user: string): RegExp {
	return new RegExp(`(?:/(?:home|Users)/|\\\\Users\\\\|~)${literal(user)}(?![\\w-])|(?<!\\w)${literal(user)}@`, 'g');
}

/** The longest first, so that a checkout within a home is not left as half a path. */
function patterns({
	paths,
	hosts,
	users,
	secrets,
}: PrivateWords): { readonly what: string; readonly pattern: RegExp }[] {
	const known = paths.filter((path) => path.replace(/[/\\]+$/, '').length >= shortestPath);
	return [
		...secrets
			.filter((secret) => secret.length >= shortestSecret)
			.map((secret) => ({ what: 'a secret of the environment', pattern: new RegExp(literal(secret), 'g') })),
		...[...new Set(known)]
			.sort((a, b) => b.length - a.length)
			.map((path) => ({ what: `the path ${path}`, pattern: pathPattern(path) })),
		...hosts.filter(isTelling).map((host) => ({ what: `the host ${host}`, pattern: hostPattern(host) })),
		...users
			.filter((user) => user.length > 0)
			.map((user) => ({ what: `the user ${user}`, pattern: userPattern(user) })),
	];
}

/** The same value without private words in any of its texts. */
export function scrubbed<T>(value: T, words: PrivateWords): T {
	const found = patterns(words);
	const inText = (text: string) =>
		found
			.reduce(
				(rest, { what, pattern }) => rest.replace(pattern, what.startsWith('the host') ? hiddenHost : hidden),
				text,
			)
			.replace(homes, hidden);
	const inAny = (part: unknown): unknown => {
		if (typeof part === 'string') return inText(part);
		if (Array.isArray(part)) return part.map(inAny);
		if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
		return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, inAny(inner)]));
	};
	return inAny(value) as T;
}

/** What of the private words stands in a text: `the path /home/me`; empty where all is well. */
export function leaks(text: string, words: PrivateWords): readonly string[] {
	return patterns(words).flatMap(({ what, pattern }) => (text.search(pattern) >= 0 ? [what] : []));
}
