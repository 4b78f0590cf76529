import { fileURLToPath } from 'node:url';
import { processGauges } from './collect/process.ts';
import { askOnce } from './fleet/ask.ts';
import type { Child } from './fleet/child.ts';
import { ceilingGraceMs } from './limits.ts';
import type { CeilingReply, CeilingTask } from './model/swarm.ts';
import { instancesOf } from './model/target.ts';
import type { Stage } from './stage.ts';
import { SwarmError } from './swarm-workers.ts';
import { isRequestResponse } from './wire/index.ts';

const workerFile = fileURLToPath(new URL('./ceiling-worker.ts', import.meta.url));

type Counted = Extract<CeilingReply, { readonly counted: unknown }>['counted'];

/**
 * What the server of a search answers to a closed loop with as many connections as the search had sessions: autocannon, on
 * the swarm's CPUs, while the swarm is silent. Does nothing for a transport whose answers come on another stream.
 */
export async function measureCeiling(stage: Stage, connections: number, forMs: number): Promise<void> {
	const { target, headers } = stage.spec;
	// Of several processes one would be asked only, and its figure would stand beside that of all.
	if (!isRequestResponse(target.transport) || instancesOf(target) > 1) return;
	const { server, swarm } = stage.running();
	await stage.or(swarm.ask({ do: 'hold', sessions: 0 }));
	const child = await stage.help(workerFile);
	const { transport, call } = target;
	const task: CeilingTask = { url: server.url, transport, headers, call, connections, forMs };
	let cpuUs: number | undefined;
	const cpuNowUs = () => cpuOf(server.pids());
	const onCounting = (counting: boolean): void => {
		const nowUs = cpuNowUs();
		// The counter's value when counting began becomes, when it is over, what was used meanwhile.
		cpuUs = counting ? nowUs : nowUs === undefined || cpuUs === undefined ? undefined : nowUs - cpuUs;
	};
	try {
		const { cpuShare, ...counted } = await stage.or(ask(child, task, onCounting));
		stage.log.event({
			is: 'ceiling',
			at: stage.clock(),
			connections,
			...counted,
			clientCpuShare: cpuShare,
			...(cpuUs === undefined ? {} : { targetCpuShare: cpuUs / counted.forUs }),
		});
	} finally {
		await child.kill();
	}
}

/** CPU time of these processes together; undefined where none is known. */
function cpuOf(pids: readonly number[]): number | undefined {
	const used = pids.flatMap((pid) => processGauges(pid)?.cpuUs ?? []);
	return used.length === 0 ? undefined : used.reduce((sum, us) => sum + us, 0);
}

/** @throws SwarmError when the process fails, ends or hangs */
function ask(child: Child, task: CeilingTask, onCounting: (counting: boolean) => void): Promise<Counted> {
	return askOnce(child, {
		task,
		withinMs: task.forMs * 2 + ceilingGraceMs,
		hear: (message) => {
			const reply = message as CeilingReply;
			if ('counting' in reply) return void onCounting(reply.counting);
			return 'counted' in reply ? { answer: reply.counted } : reply;
		},
		failure: (why) => new SwarmError(`The closed loop ${why}.`),
	});
}
