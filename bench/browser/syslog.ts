import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** More lines than any trial causes; what came after them is not kept. */
const mostLines = 10_000;

/** The lines that a program sends to a syslog server of 127.0.0.1. */
export class Syslog {
	readonly lines: string[] = [];
	readonly #socket = createSocket('udp4');

	/** @returns the port */
	async listen(): Promise<number> {
		this.#socket.on('message', (bytes) => {
			if (this.lines.length < mostLines) this.lines.push(bytes.toString());
		});
		this.#socket.bind(0, '127.0.0.1');
		await once(this.#socket, 'listening');
		return (this.#socket.address() as AddressInfo).port;
	}

	/** Those in which the frontend of this name stands, as one text. */
	of(frontend: string): string {
		return this.lines.filter((line) => line.includes(frontend)).join('\n');
	}

	close(): void {
		this.#socket.close();
	}
}
