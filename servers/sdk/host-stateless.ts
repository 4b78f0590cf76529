import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host, SdkServer } from './shared.ts';

/** The Streamable HTTP transport of either SDK without sessions, as far as its host is concerned. */
interface StatelessTransport {
	handleRequest(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

/** What differs between the SDKs. */
interface StatelessWiring<T extends StatelessTransport> {
	transport(): T;
	/** Connects a new server to a transport. @returns the server */
	connect(transport: T): Promise<{ close(): Promise<void> }>;
}

/** Hosts the transport as the SDK's examples do: a transport and a server for each POST, closed with its answer. */
export function statelessServer<T extends StatelessTransport>(
	{ replies }: Host,
	{ transport: newTransport, connect }: StatelessWiring<T>,
): SdkServer {
	return {
		async serve(req, res) {
			if (req.method !== 'POST') return replies.notAllowed(res, 'POST');
			const transport = newTransport();
			const server = await connect(transport);
			// Closes the transport too.
			res.once('close', () => void server.close());
			return transport.handleRequest(req, res);
		},
		openSessions: 0,
		// A request is all there is.
		endStreams: () => Promise.resolve(),
	};
}
