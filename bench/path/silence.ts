import type { Socket } from 'node:net';

const silenced = new WeakSet<Socket>();

/**
 * Makes a connection half-open as its client sees it: what it sends is swallowed, what is sent to it is dropped, its goodbye
 * is not heard, and nothing closes it. There is no way back. Whoever writes to it is told that all went well, so that the
 * servers behind see a client that lives.
 */
export function silence(socket: Socket): void {
	if (silenced.has(socket)) return;
	silenced.add(socket);
	// node:http reads a connection behind the back of the stream; it lets go when somebody else listens.
	socket.on('data', swallow);
	for (const event of ['data', 'end', 'timeout']) {
		for (const listener of socket.listeners(event)) {
			if (listener !== swallow) socket.off(event, listener as () => void);
		}
	}
	socket.on('error', () => {});
	socket.write = pretend;
	socket.end = () => socket;
	socket.destroySoon = () => {};
	socket.resume();
}

export function isSilenced(socket: Socket): boolean {
	return silenced.has(socket);
}

function swallow(): void {}

/** Of the forms of `write` those that node:http uses: with a callback as the last argument, or none. */
function pretend(_chunk: unknown, ...rest: unknown[]): boolean {
	const done = rest.at(-1);
	if (typeof done === 'function') process.nextTick(done);
	return true;
}
