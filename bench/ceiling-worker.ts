/**
 * The closed loop after a search, as a process of its own: it opens a session for each connection, so that the server is
 * asked what the swarm asks it, and hands their calls to autocannon. It composes what may not know each other.
 */
import { closedLoop } from './load/ceiling.ts';
import { callMaker } from './model/call-template.ts';
import type { CeilingReply, CeilingTask } from './model/swarm.ts';
import { plainRequest } from './wire/index.ts';

async function perform(task: CeilingTask): Promise<CeilingReply> {
	const { transport, connections, forMs, call, ...endpoint } = task;
	const makeCall = callMaker(call);
	const opened = [];
	for (let n = 0; n < connections; n++) {
		const session = await plainRequest(
			transport,
			{ ...endpoint, stream: false },
			makeCall(`ceiling-${n}`, n, () => crypto.randomUUID()),
		);
		if (session) opened.push(session);
	}
	const requests = opened.map(({ request }) => request);
	const counted = await closedLoop(new URL(task.url).origin, requests, forMs, (counting) => reply({ counting }));
	await Promise.all(opened.map(({ end }) => end()));
	return { counted };
}

function reply(message: CeilingReply, whenSent = () => {}): void {
	process.send?.(message, undefined, undefined, whenSent);
}

process.on('message', (task: CeilingTask) => {
	perform(task)
		.catch((error: Error): CeilingReply => ({ error: error.message }))
		.then((last) => reply(last, () => process.exit(0)));
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});
