import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';

/** A request of the closed loop, one for each connection. */
export interface LoopRequest {
	readonly method: 'POST';
	readonly path: string;
	/** Name, value, name, value. */
	readonly headers: readonly string[];
	readonly body: string;
}

/** What a closed loop counted. */
export interface LoopCount {
	readonly forUs: number;
	readonly ok: number;
	readonly otherStatuses: Readonly<Record<string, number>>;
	readonly errors: number;
	/** Share of one CPU that this process used. */
	readonly cpuShare: number;
}

/** The beginning of a loop, in which connections are made, does not count. */
const warmShare = 0.2;
/** autocannon looks this often whether it is to end. */
const sampleMs = 100;
const timeoutS = 10;

/**
 * autocannon in a closed loop: every connection sends its request again as soon as it was answered. Answers are counted by
 * their status over the middle of the loop; its latencies and its rate options are not used.
 * @param onCounting told when the count begins and when it is over
 * @param warmMs in which connections are made, and which does not count
 */
export async function closedLoop(
	origin: string,
	requests: readonly LoopRequest[],
	forMs: number,
	onCounting: (counting: boolean) => void,
	warmMs = forMs * warmShare,
): Promise<LoopCount> {
	const statuses = new Map<number, number>();
	let counting = false;
	let connection = 0;
	const loop = autocannon(
		{
			url: origin,
			connections: requests.length,
			pipelining: 1,
			// Longer than is counted, so that it does not end within the count.
			duration: (warmMs + forMs) / 1000 + 1,
			timeout: timeoutS,
			sampleInt: sampleMs,
			setupClient: (client) => {
				const request = requests[connection++ % requests.length];
				if (request) client.setRequests([{ ...request, headers: namedHeaders(request.headers) }]);
			},
		},
		() => {},
	);
	let errors = 0;
	loop.on('response', (_client, status) => {
		if (counting) statuses.set(status, (statuses.get(status) ?? 0) + 1);
	});
	loop.on('reqError', () => {
		if (counting) errors++;
	});
	const ended = new Promise<void>((resolve) => loop.once('done', () => resolve()));
	await pause(warmMs);
	counting = true;
	onCounting(true);
	const from = { us: performance.now() * 1000, cpu: process.cpuUsage() };
	await pause(forMs);
	counting = false;
	const forUs = performance.now() * 1000 - from.us;
	const cpu = process.cpuUsage(from.cpu);
	onCounting(false);
	loop.stop();
	await ended;
	const isOk = (status: number) => status >= 200 && status < 300;
	const others = [...statuses].filter(([status]) => !isOk(status));
	return {
		forUs,
		ok: [...statuses].reduce((sum, [status, count]) => sum + (isOk(status) ? count : 0), 0),
		otherStatuses: Object.fromEntries(others.map(([status, count]) => [String(status), count])),
		errors,
		cpuShare: (cpu.user + cpu.system) / forUs,
	};
}

function namedHeaders(headers: readonly string[]): Record<string, string> {
	const named: Record<string, string> = {};
	for (let at = 0; at + 1 < headers.length; at += 2) named[headers[at] ?? ''] = headers[at + 1] ?? '';
	return named;
}
