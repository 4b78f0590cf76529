import type { IncomingMessage, ServerResponse } from 'node:http';
import { Replies, refusal } from './http.ts';
import { errorCode } from './rpc.ts';
import type { Runtime } from './runtime.ts';
import type { Endpoint, Transport } from './transport.ts';

/** Where a transport listens, and whom it admits. */
export type Place = Pick<Transport, 'path' | 'morePaths' | 'admits'>;

/** What stands before every endpoint: the guards of Host and Origin, 404 for any other path, and 401 without a token that is needed. */
export function dispatcher(
	place: Place,
	endpoint: Endpoint,
	runtime: Runtime,
): (req: IncomingMessage, res: ServerResponse) => void {
	const replies = new Replies(runtime);
	const paths = new Set([place.path, ...(place.morePaths ?? [])]);
	return (req, res) => {
		// Behind a stream nothing is answered, and once enough waits there node stops reading: it would not see that the client leaves.
		// On workerd there are no sockets at all.
		if (res.socket === null && runtime.streams.isOn(req.socket)) {
			req.socket.destroy();
			return;
		}
		runtime.watch(res);
		if (place.admits && !place.admits(req, res)) return;
		const refused = place.admits ? undefined : refusal(req);
		if (refused !== undefined) {
			replies.error(res, 403, errorCode.server, `Forbidden: ${refused}`);
			return;
		}
		const url = req.url ?? '';
		const query = url.indexOf('?');
		const path = query < 0 ? url : url.slice(0, query);
		const { gate } = runtime;
		if (!paths.has(path)) replies.error(res, 404, errorCode.server, `Not found; connect to ${place.path}`);
		else if (gate) gate.admit(req, res, path, replies, () => endpoint.handle(req, res, path));
		else endpoint.handle(req, res, path);
	};
}
