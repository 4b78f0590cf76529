import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Lane } from './lane.ts';

/**
 * A client's connection as node:http sees it where faults may act on bytes: what the client sends goes through the lane `upstream`,
 * what is sent to it through `downstream`, and so do the ends of both. Nothing is held beyond what a lane may hold.
 */
export class Conduit extends Duplex {
	readonly upstream: Lane;
	readonly downstream: Lane;
	readonly #socket: Socket;
	#afterWrite: (() => void) | undefined;

	constructor(socket: Socket) {
		super({ allowHalfOpen: true });
		this.#socket = socket;
		const cut = (end: 'fin' | 'rst'): void => {
			// Whose client left already has no connection to cut; node:http has still to hear of it.
			if (socket.destroyed) this.destroy();
			else if (end === 'rst') socket.resetAndDestroy();
			else finish(socket);
		};
		this.upstream = new Lane({ take: (bytes) => this.push(bytes), end: () => this.#clientEnded(), cut }, () =>
			socket.resume(),
		);
		this.downstream = new Lane({ take: (bytes) => socket.write(bytes), end: () => socket.destroySoon(), cut }, () =>
			this.#writeOn(),
		);
		socket.on('data', (bytes: Buffer) => {
			this.upstream.take(bytes);
			if (!this.upstream.hasRoom) socket.pause();
		});
		socket.on('end', () => this.upstream.end());
		socket.on('drain', () => this.downstream.open());
		socket.on('timeout', () => this.emit('timeout'));
		socket.on('error', () => {});
		socket.once('close', () => this.#gone());
	}

	get remoteAddress(): string | undefined {
		return this.#socket.remoteAddress;
	}

	/** As of `net.Socket`: node:http sets how long a kept connection may be idle. */
	setTimeout(ms: number): this {
		this.#socket.setTimeout(ms);
		return this;
	}

	/** As of `net.Socket`: what was written is still sent. */
	destroySoon(): void {
		this.end();
	}

	/** Whoever writes is not kept waiting any more: the client is deaf. */
	release(): void {
		this.downstream.open();
	}

	override _read(): void {
		this.upstream.open();
	}

	override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
		this.downstream.take(bytes);
		if (this.downstream.hasRoom) done();
		else this.#afterWrite = done;
	}

	/** What node:http writes in one turn stays together. */
	override _writev(written: { chunk: Buffer }[], done: () => void): void {
		this._write(Buffer.concat(written.map(({ chunk }) => chunk)), 'binary', done);
	}

	override _final(done: () => void): void {
		this.downstream.end();
		done();
	}

	/** The end takes the way of the bytes, which a fault may have made long. */
	override _destroy(_error: Error | null, done: (error: null) => void): void {
		this.upstream.stop();
		this.downstream.end();
		done(null);
	}

	#writeOn(): void {
		const done = this.#afterWrite;
		this.#afterWrite = undefined;
		done?.();
	}

	#clientEnded(): void {
		if (this.#socket.destroyed) this.destroy();
		else this.push(null);
	}

	/** The client is gone, and node:http hears of it as late as of everything else. */
	#gone(): void {
		this.downstream.stop();
		this.#writeOn();
		if (this.upstream.isOver) this.destroy();
		else this.upstream.end();
	}
}

/** A cut that is not made after this long is made by force: a client that reads nothing would put it off for ever. */
const lingerMs = 5000;

/** FIN after all that was written. */
export function finish(socket: Socket): void {
	socket.destroySoon();
	if (!socket.destroyed) setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** RST after all that was written, as far as the client takes it. */
export function reset(socket: Socket): void {
	while (socket.writableCorked > 0) socket.uncork();
	if (socket.writableLength === 0) {
		socket.resetAndDestroy();
		return;
	}
	const late = setTimeout(() => socket.resetAndDestroy(), lingerMs).unref();
	socket.write(Buffer.alloc(0), () => {
		clearTimeout(late);
		socket.resetAndDestroy();
	});
}
