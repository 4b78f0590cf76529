/**
 * What runs in the page. The browser is given the text of each function: they share no names, and use nothing from outside
 * of themselves.
 */

/** A stream as a page asks for it. */
export interface Asked {
	readonly url: string;
	readonly by: 'EventSource' | 'fetch';
	/** Of a fetch. */
	readonly headers?: Record<string, string>;
	/** What an EventSource is given beside what it knows. */
	readonly unknown?: Record<string, unknown>;
	/** Whether cookies are to be sent to the other origin; absent: as the browser does by itself. */
	readonly credentials?: boolean;
	/** What it waits for before it closes the stream again: its head, or the event that names the address of messages. */
	readonly until: 'open' | 'endpoint';
	readonly patienceMs: number;
}

export interface Opened {
	readonly opened: boolean;
	/** Of the answer, where the page can tell. */
	readonly status?: number;
	readonly endpoint?: string;
}

/** Opens a stream, waits, and closes it. */
export function openStream(asked: Asked): Promise<Opened & { key: number }> {
	const { url, by, headers, unknown, credentials, until, patienceMs } = asked;
	const page = globalThis as unknown as { closers?: (() => void)[] };
	page.closers ??= [];
	const closers = page.closers;
	const key = closers.length;
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve({ opened: false, key }), patienceMs);
		const done = (opened: Opened): void => {
			clearTimeout(timer);
			resolve({ ...opened, key });
		};
		if (by === 'EventSource') {
			const source = new EventSource(url, { ...unknown, withCredentials: credentials === true });
			closers.push(() => source.close());
			source.onerror = () => done({ opened: false });
			if (until === 'open') source.onopen = () => done({ opened: true });
			source.addEventListener('endpoint', ({ data }) => done({ opened: true, endpoint: data }));
			return;
		}
		const controller = new AbortController();
		closers.push(() => controller.abort());
		const init = {
			headers: { Accept: 'text/event-stream', ...headers },
			...(credentials !== undefined && { credentials: credentials ? ('include' as const) : ('omit' as const) }),
			signal: controller.signal,
		};
		const read = async (): Promise<void> => {
			const answer = await fetch(url, init);
			const { status } = answer;
			if (until === 'open' || !answer.ok || !answer.body) return done({ opened: answer.ok, status });
			const { value } = await answer.body.pipeThrough(new TextDecoderStream()).getReader().read();
			const [, endpoint = ''] = /^data: (.*)$/m.exec(value ?? '') ?? [];
			done({ opened: true, status, endpoint });
		};
		read().catch(() => done({ opened: false }));
	});
}

/** Closes a stream that `openStream` left open. */
export function closeStream(key: number): void {
	(globalThis as unknown as { closers: (() => void)[] }).closers[key]?.();
}

/** A message as a page sends it. */
export interface Message {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly credentials: boolean;
	readonly body?: string;
}

/** @returns status 0 where the page may not know it */
export async function postMessage({ url, headers, credentials, body }: Message): Promise<{
	readonly status: number;
	readonly session: string | null;
	readonly text: string;
}> {
	try {
		const answer = await fetch(url, {
			method: 'POST',
			headers,
			credentials: credentials ? 'include' : 'omit',
			...(body !== undefined && { body }),
		});
		const text = await answer.text();
		return { status: answer.status, session: answer.headers.get('Mcp-Session-Id'), text };
	} catch {
		return { status: 0, session: null, text: '' };
	}
}

/** Streams that a page opens all at once. */
export interface Crowd {
	readonly title: string;
	readonly streams: readonly { readonly url: string; readonly headers?: Readonly<Record<string, string>> }[];
	readonly by: 'EventSource' | 'fetch';
}

/** What a page keeps of its streams. */
interface InCrowd {
	readonly members: { isOpen: boolean; close: () => void }[];
	/** Adds a line. @returns the way to say how it stands */
	readonly row: (name: string) => (state: string, words: string) => void;
	otherAnswered: boolean;
}

/** Opens them, shows their states in the page, and does not wait. */
export function openCrowd({ title, streams, by }: Crowd): void {
	const page = globalThis as unknown as { crowd: InCrowd };
	const members: InCrowd['members'] = [];
	const heading = document.querySelector('h1');
	if (heading) heading.textContent = title;
	const row: InCrowd['row'] = (name) => {
		const item = document.createElement('li');
		const label = document.createElement('b');
		const text = document.createElement('span');
		label.textContent = name;
		item.append(label, text);
		document.querySelector('ul')?.append(item);
		return (state, words) => {
			item.dataset.state = state;
			text.textContent = words;
		};
	};
	for (const [n, { url, headers }] of streams.entries()) {
		const show = row(`stream ${n + 1}`);
		show('waiting', 'connecting: waits for a connection');
		const member = { isOpen: false, close: () => {} };
		members.push(member);
		const opened = (): void => {
			member.isOpen = true;
			show('open', 'open');
		};
		if (by === 'EventSource') {
			const source = new EventSource(url);
			source.onopen = opened;
			member.close = () => source.close();
		} else {
			const controller = new AbortController();
			member.close = () => controller.abort();
			const init = { headers: { Accept: 'text/event-stream', ...headers }, signal: controller.signal };
			fetch(url, init).then(opened, () => {});
		}
	}
	page.crowd = { members, row, otherAnswered: false };
}

/** Asks the same host for something else, and does not wait. */
export function askOther(url: string): void {
	const { crowd } = globalThis as unknown as { crowd: InCrowd };
	const show = crowd.row('another request');
	show('waiting', 'fetch of the same host: waits for a connection');
	fetch(url).then(
		() => {
			crowd.otherAnswered = true;
			show('open', 'fetch of the same host: answered');
		},
		() => {},
	);
}

/** Closes one of those that are open: one that waits would free nothing. */
export function closeOneOpen(): void {
	const { members } = (globalThis as unknown as { crowd: InCrowd }).crowd;
	const member = members.find(({ isOpen }) => isOpen);
	if (!member) return;
	member.close();
	member.isOpen = false;
}

export function isOtherAnswered(): boolean {
	return (globalThis as unknown as { crowd: InCrowd }).crowd.otherAnswered;
}

/** Asks by EventSource and by fetch for what is refused. @returns which of the two told the page the status, and how the source ended */
export async function askRefused(url: string): Promise<{
	readonly byEventSource: boolean;
	readonly byFetch: boolean;
}> {
	const source = new EventSource(`${url}?probe=refused`);
	const event = await new Promise<Event>((resolve) => {
		source.onerror = resolve;
	});
	const says = (told: object): boolean => {
		for (const name in told) if ((told as Record<string, unknown>)[name] === 401) return true;
		return false;
	};
	const answer = await fetch(`${url}?probe=refused-fetch`);
	return { byEventSource: says(event) || says(source), byFetch: says(answer) };
}

/** Asks for a stream with a POST. */
export function openByPost(url: string): void {
	const init = { method: 'POST', body: '{}' };
	new EventSource(url, init as EventSourceInit);
}

/** Opens a stream and leaves it to the browser. */
export function leaveOpen(url: string): void {
	new EventSource(url);
}
