import type { Socket } from 'node:net';

/** What the sockets of a worker's clients carry, those included that are closed: all of HTTP, nothing of TCP. */
export class Traffic {
	readonly #open = new Set<Socket>();
	#closedIn = 0;
	#closedOut = 0;

	/** From its beginning on. */
	count(socket: Socket): void {
		this.#open.add(socket);
		socket.once('close', () => {
			if (!this.#open.delete(socket)) return;
			this.#closedIn += socket.bytesRead;
			this.#closedOut += socket.bytesWritten ?? 0;
		});
	}

	/** Until now. */
	total(): { readonly bytesIn: number; readonly bytesOut: number } {
		let [bytesIn, bytesOut] = [this.#closedIn, this.#closedOut];
		for (const socket of this.#open) {
			bytesIn += socket.bytesRead;
			bytesOut += socket.bytesWritten ?? 0;
		}
		return { bytesIn, bytesOut };
	}
}
