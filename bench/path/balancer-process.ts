/**
 * The balancer: a small HTTP reverse proxy as a process of its own, so that what it does is not booked on the swarm or on the
 * target. It keeps to the way of the servers: `--port`, one ready line, orders over IPC, and it ends with the harness.
 */
import { parseArgs } from 'node:util';
import { type Backend, Backends } from './backends.ts';
import type { BalancerOrder, BalancerReply, BalancerState } from './control.ts';
import { Forwarder } from './forward.ts';
import { Front } from './front.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

const backends = new Backends();
const forwarder = new Forwarder(backends);
const front = new Front((req, res) => forwarder.handle(req, res));

function state(): BalancerState {
	const { user, system } = process.cpuUsage();
	return { ...forwarder.counts, openConnections: front.openConnections, cpuUs: user + system };
}

function backendOf(url: string): Backend {
	const { hostname, port } = new URL(url);
	return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 80 };
}

async function perform(order: BalancerOrder): Promise<void> {
	switch (order.do) {
		case 'backends':
			backends.replace(order.urls.map(backendOf));
			return;
		case 'register':
			backends.register(order.n, order.on);
			return;
		case 'down':
			await front.down(order.on);
			return;
		case 'half-open':
			front.halfOpen(order.on);
			return;
		case 'state':
	}
}

process.on('message', (order: BalancerOrder & { readonly id: number }) => {
	perform(order)
		.then(
			(): BalancerReply => ({ id: order.id, state: state() }),
			(error: Error): BalancerReply => ({ id: order.id, error: error.message }),
		)
		.then((reply) => process.send?.(reply));
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});

await front.listen(Number(values.port)).catch((error: NodeJS.ErrnoException) => {
	console.error(`balancer: ${error.message}`);
	process.exit(4);
});
console.log(JSON.stringify({ ready: true, url: front.url, pid: process.pid }));
