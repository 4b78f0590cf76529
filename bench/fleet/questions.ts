import { type Child, describeExit } from './child.ts';

/**
 * Asks a server over IPC. The question goes out with an `id`; the reply carries the same and a `state`, or an `error`.
 * @param name what is asked, for the error
 * @throws Error when the server exits, refuses, or does not answer within `timeoutMs` (10 s by default)
 */
export type Ask = <State>(question: object, name: string, timeoutMs?: number) => Promise<State>;

type Reply = { readonly id: number } & ({ readonly state: unknown } | { readonly error: string });

/** Questions and answers over IPC, matched by their id. Register in the tick of the start. */
export function askerOf(child: Child): Ask {
	let lastId = 0;
	const pending = new Map<number, PromiseWithResolvers<unknown>>();
	child.onMessage((message) => {
		if (!isReply(message)) return;
		const asked = pending.get(message.id);
		if ('state' in message) asked?.resolve(message.state);
		else asked?.reject(new Error(`The server refused the control request: ${message.error}`));
	});
	void child.exited.then((exit) => {
		const gone = new Error(`The server ended (${describeExit(exit)}) before it answered the control request.`);
		for (const asked of pending.values()) asked.reject(gone);
	});
	return async <State>(question: object, name: string, timeoutMs = 10_000) => {
		lastId += 1;
		const id = lastId;
		const asked = Promise.withResolvers<unknown>();
		pending.set(id, asked);
		const timer = setTimeout(
			() => asked.reject(new Error(`The server did not answer '${name}' within ${timeoutMs} ms.`)),
			timeoutMs,
		);
		if (!child.send({ ...question, id })) asked.reject(new Error('The control channel of the server is closed.'));
		try {
			// The two sides agree on what a question is answered with; the channel carries any object.
			return (await asked.promise) as State;
		} finally {
			clearTimeout(timer);
			pending.delete(id);
		}
	};
}

function isReply(message: unknown): message is Reply {
	return (
		typeof message === 'object' &&
		message !== null &&
		'id' in message &&
		typeof message.id === 'number' &&
		('state' in message || 'error' in message)
	);
}
