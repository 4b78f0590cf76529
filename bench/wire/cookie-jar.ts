import { type Cookie, parseCookie } from 'undici';
import { monotonicUs } from '../clock.ts';

/** What browsers keep for a host at least (RFC 6265, 6.1): more is not taken. */
const mostCookies = 50;
const mostChars = 4096;

interface Kept {
	readonly name: string;
	readonly value: string;
	readonly path: string;
	/** On the machine's clock. */
	readonly untilUs: number;
}

/**
 * The cookies of one virtual client, over all its lives. A client speaks with one host only, so domains mean nothing here; paths,
 * ages and `Secure` are obeyed. The clients of the official SDKs have nothing of the kind.
 */
export class CookieJar {
	readonly #isSecure: boolean;
	readonly #kept = new Map<string, Kept>();

	/** @param isSecure whether its host is reached over TLS */
	constructor(isSecure = false) {
		this.#isSecure = isSecure;
	}

	/**
	 * Takes what an answer sets.
	 * @param setCookie the header's values; in one text they stand on lines of their own
	 */
	take(setCookie: string | readonly string[] | undefined): void {
		if (setCookie === undefined) return;
		for (const text of typeof setCookie === 'string' ? setCookie.split('\n') : setCookie) {
			const cookie = text.length <= mostChars ? parseCookie(text) : null;
			if (cookie && cookie.name !== '') this.#set(cookie);
		}
	}

	/** The value of the header `Cookie` of a request for this path, or undefined where there is none. */
	headerFor(path: string): string | undefined {
		const nowUs = monotonicUs();
		let header = '';
		for (const { name, value, path: scope, untilUs } of this.#kept.values()) {
			if (untilUs > nowUs && isWithin(path, scope)) header += `${header === '' ? '' : '; '}${name}=${value}`;
		}
		return header === '' ? undefined : header;
	}

	#set({ name, value, path = '', secure = false, maxAge, expires }: Cookie): void {
		if (secure && !this.#isSecure) return;
		// Without one its scope is the folder of the request's own path: of `/sse` and `/mcp` that is the root.
		const scope = path.startsWith('/') ? path : '/';
		const key = `${name} ${scope}`;
		this.#kept.delete(key);
		const leftMs = maxAge === undefined ? leftUntil(expires) : maxAge * 1000;
		if (leftMs <= 0 || this.#kept.size >= mostCookies) return;
		this.#kept.set(key, { name, value, path: scope, untilUs: monotonicUs() + leftMs * 1000 });
	}
}

function leftUntil(expires: Cookie['expires']): number {
	return expires === undefined ? Number.POSITIVE_INFINITY : Number(expires) - Date.now();
}

/** RFC 6265, 5.1.4. @param path with its query */
function isWithin(path: string, scope: string): boolean {
	const [place = ''] = path.split('?', 1);
	return place === scope || (place.startsWith(scope) && (scope.endsWith('/') || place[scope.length] === '/'));
}
