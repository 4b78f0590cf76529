/**
 * A server whose answer to "how good are you?" is known, because it misbehaves exactly as told: the harness must find what it
 * was told. It keeps to `servers/contract.ts` and speaks `stateless` and `sse`, with the one tool `echo`.
 *
 * It stands on bare TCP (`http.ts`), not on node:http, because its own delay must vanish beside what it pretends: a call then
 * costs one callback and one write. Measured side by side on one machine, calls of 300 a second: p50 of 219 µs instead of 249
 * (`servers/stateless.ts`), of 217 instead of 290 (`servers/sse.ts`); nearly all of what is left is the generator's own.
 *
 * What really happened, and how late the server itself was, is written to `--report` when it ends.
 */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { monotonicUs } from '../../bench/clock.ts';
import type { ReadyLine } from '../../servers/contract.ts';
import { serveControl } from '../../servers/shared/control.ts';
import { Ledger } from '../../servers/shared/ledger.ts';
import { Agenda } from './agenda.ts';
import { type Answer, type Counts, planned, type ServerReport } from './answer.ts';
import { type EchoCall, sseEndpoint, statelessEndpoint } from './endpoint.ts';
import { type Flags, parseFlags, UsageError } from './flags.ts';
import { emptyAnswer, serveHttp } from './http.ts';
import { Sender } from './sender.ts';

const exitCode = { done: 0, usage: 2, listen: 4 } as const;
/** After SIGTERM, answers that are still due may take this long. */
const drainMs = 2000;
const drainPollMs = 10;
const backlog = 4096;

const none: Counts = {
	dropped: 0,
	doubled: 0,
	ignored: 0,
	late: 0,
	swapped: 0,
	wrongIds: 0,
	leakedHeapKb: 0,
	leakedPagesKb: 0,
	leakedFds: 0,
	stalled: 0,
};

function start(flags: Flags): void {
	const {
		transport,
		session,
		port,
		report,
		ledger: ledgerPath,
		ledgerOriginUs,
		behaviours,
		servesAfterRevocation,
	} = flags;
	const ledger = ledgerPath === undefined ? undefined : new Ledger(ledgerPath, ledgerOriginUs);
	const endpoint = transport === 'sse' ? sseEndpoint(session) : statelessEndpoint();
	const agenda = new Agenda();
	const sender = new Sender(agenda);
	let calls = 0;
	let servesYet = Number.POSITIVE_INFINITY;
	const onCall = ({ id, text, outlet }: EchoCall): void => {
		if (servesYet-- <= 0) {
			outlet.socket.write(emptyAnswer('401 Unauthorized'));
			return;
		}
		const receivedUs = monotonicUs();
		const plan = { receivedUs, dueUs: receivedUs, outlet, id, text, copies: 1, runs: true } as const;
		const answer: Answer = { ...plan, call: calls++, late: 'all' };
		const answers = planned(answer, behaviours);
		if (answer.runs) ledger?.ran('echo', { text }, 'done');
		for (const each of answers) sender.send(each);
	};
	const server = serveHttp((request) => endpoint.handle(request, onCall));
	server.once('error', (error) => {
		process.stderr.write(`known-answer: ${error.message}\n`);
		process.exit(exitCode.listen);
	});
	server.listen({ port, host: '127.0.0.1', backlog }, () => {
		serveControl({
			counters: () => ({
				openSessions: endpoint.openSessions,
				openStreams: endpoint.openStreams,
				callsExecuted: calls,
			}),
			push: () => {},
			revoke: (_tokens, on) => {
				servesYet = on ? (servesAfterRevocation ?? servesYet) : Number.POSITIVE_INFINITY;
				return monotonicUs();
			},
		});
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${endpoint.path}`;
		process.stdout.write(`${JSON.stringify({ ready: true, url, pid: process.pid } satisfies ReadyLine)}\n`);
	});
	process.once('disconnect', () => process.exit(exitCode.done));
	process.once('SIGTERM', () => {
		server.close();
		const untilUs = monotonicUs() + drainMs * 1000;
		setInterval(() => {
			if (agenda.waiting > 0 && monotonicUs() < untilUs) return;
			const counts: Counts = Object.assign({}, none, ...behaviours.map((behaviour) => behaviour.counts?.()));
			const said: ServerReport = { calls, ...counts, ...sender.lateness() };
			if (report !== undefined) writeFileSync(report, JSON.stringify(said));
			process.exit(exitCode.done);
		}, drainPollMs);
	});
}

try {
	start(parseFlags(process.argv.slice(2)));
} catch (error) {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`known-answer: ${error.message}\n`);
	process.exitCode = exitCode.usage;
}
