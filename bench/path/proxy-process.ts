/**
 * The embedded proxy: a small HTTP reverse proxy with one or many listeners, as a process of its own, so that what it does is not
 * booked on the swarm or on the target. It keeps to the way of the servers: `--port`, one ready line, orders over IPC, and it
 * ends with the harness.
 */
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { deriveSeed } from '../random.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { ProxyOrder, ProxyReply, ProxyState } from './control.ts';
import { openCutLog } from './cut-log.ts';
import { Hop } from './hop.ts';
import type { ListenerSpec } from './listener.ts';

const { values } = parseArgs({
	options: {
		/** Of the first listener, and what it is; the others are opened by order. */
		port: { type: 'string', default: '0' },
		listener: { type: 'string' },
		seed: { type: 'string', default: '0' },
		/** Where the process writes its part of the history, and the trial's origin on the machine's clock. */
		parts: { type: 'string' },
		'origin-us': { type: 'string', default: '0' },
	},
});

const alone: ListenerSpec = { place: 0, balance: 'stick_table', faults: [], expected: [], servers: [] };
const hops: Hop[] = [];
const noteFor = values.parts === undefined ? () => () => {} : openCutLog(values.parts, Number(values['origin-us']));

async function open(spec: ListenerSpec, port: number): Promise<Hop> {
	const hop = new Hop(spec, deriveSeed(Number(values.seed), spec.place), noteFor(spec.place));
	await hop.listen(port);
	hops.push(hop);
	return hop;
}

function state(): ProxyState {
	const { user, system } = process.cpuUsage();
	return { listeners: hops.map((hop) => hop.state), cpuUs: user + system };
}

async function perform(order: ProxyOrder): Promise<void> {
	if (order.do === 'open') {
		await open(order.spec, order.port);
		return;
	}
	if (order.do === 'collect') {
		await collectGarbage();
		return;
	}
	const { listener } = order;
	if (listener !== undefined && !hops[listener]) throw new RangeError(`there is no listener ${listener}`);
	await Promise.all(hops.filter((_, n) => listener === undefined || n === listener).map((hop) => hop.perform(order)));
}

process.on('message', (order: ProxyOrder & { readonly id: number }) => {
	perform(order)
		.then(
			(): ProxyReply => ({ id: order.id, state: state() }),
			(error: Error): ProxyReply => ({ id: order.id, error: error.message }),
		)
		.then((reply) => process.send?.(reply));
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});

const spec = values.listener === undefined ? alone : (JSON.parse(values.listener) as ListenerSpec);
const first = await open(spec, Number(values.port)).catch((error: Error): never => {
	console.error(`proxy: ${error.message}`);
	process.exit(4);
});
console.log(JSON.stringify({ ready: true, url: first.url, pid: process.pid }));
// It is killed in the end and could not do this then: the next one starts faster.
flushCompileCache();
