import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Listens on a free port of 127.0.0.1. @returns the port */
export async function listening(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

/** A server that answers the first bytes of every connection as the test says. */
export async function rawServer(
	answer: (socket: Socket) => void,
): Promise<{ readonly url: string; readonly sockets: readonly Socket[] } & Disposable> {
	const sockets: Socket[] = [];
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on('error', () => {}).once('data', () => answer(socket));
	});
	const port = await listening(server);
	const close = () => {
		for (const socket of sockets) socket.destroy();
		server.close();
	};
	return { url: `http://127.0.0.1:${port}/`, sockets, [Symbol.dispose]: close };
}

/** Passes connections on to a server, and can cut them as a middlebox does. */
export async function relayTo(url: string): Promise<{ readonly url: string; cut(): void } & Disposable> {
	const { hostname, port, pathname } = new URL(url);
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const upstream = connect(Number(port), hostname);
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => {}).once('close', () => sockets.delete(socket));
		}
		client.pipe(upstream).pipe(client);
	});
	const own = await listening(server);
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	const close = () => {
		cut();
		server.close();
	};
	return { url: `http://127.0.0.1:${own}${pathname}`, cut, [Symbol.dispose]: close };
}
