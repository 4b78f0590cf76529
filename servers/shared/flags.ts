import { BlockList, isIP } from 'node:net';
import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { limits } from './limits.ts';
import type { Options } from './runtime.ts';

/** The flags of every reference server. */
export interface Flags extends Options {
	/** 0 lets the system choose. */
	readonly port: number;
	readonly host: string;
	/** How long an idle connection is kept; 0 = for ever. */
	readonly httpKeepAliveMs: number;
	/** Interval of comment lines on held streams; 0 = none. */
	readonly sseCommentMs: number;
	/** After this time of silence the system asks a client whether it is still there; 0 = never. */
	readonly tcpKeepAliveMs: number;
	/** Longest drain after SIGTERM. */
	readonly drainMs: number;
	/** Which tools are served: the measured ones, or those the conformance suites ask for. */
	readonly tools: 'bench' | 'conformance';
	/** Where it is written down what ran and was pushed; absent: nowhere. */
	readonly ledger?: string;
	/** From which instants in the ledger count, on the machine's monotonic clock. */
	readonly ledgerOriginUs: number;
	/** Interval of numbered pushes to every client that can be reached; 0 = none. */
	readonly pushEveryMs: number;
	readonly exitWithStdin: boolean;
}

/** Longest time a flag may name: a day, well within what a timer can hold. */
const longestMs = 86_400_000;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** A wrong command line; its message is one sentence for people. */
export class UsageError extends Error {}

/** Adds the flags to a command, so that a server's own file and `cli.ts` share them. */
export function withFlags(command: Command): Command {
	return command
		.allowExcessArguments(false)
		.option('--port <n>', 'port; 0 lets the system choose', whole(65_535), 0)
		.option('--host <address>', 'loopback address: 127.0.0.0/8 or ::1', loopbackAddress, '127.0.0.1')
		.option('--http-keep-alive-ms <n>', 'close an idle connection after this time; 0 = never', whole(longestMs), 5000)
		.option('--sse-comment-ms <n>', 'interval of comments on held streams; 0 = none', whole(longestMs), 0)
		.option('--tcp-keep-alive-ms <n>', 'probe silent clients after this time; 0 = never', keepAliveMs, 0)
		.option('--drain-ms <n>', 'longest drain after SIGTERM', whole(longestMs), 5000)
		.addOption(new Option('--reply <form>', 'form of an answer to POST').choices(['json', 'sse']).default('json'))
		.addOption(
			new Option('--stream <state>', 'stateful: whether GET opens a stream').choices(['on', 'off']).default('on'),
		)
		.option('--resumable', 'stateful: event ids, and resume by Last-Event-ID', false)
		.option('--retry-ms <n>', 'with --resumable: how long clients wait before they reconnect', whole(longestMs), 1000)
		.option(
			'--max-sessions <n>',
			'sessions, or subscriptions of modern',
			whole(limits.heldClients, 1),
			limits.heldClients,
		)
		.option('--session-idle-ms <n>', 'stateful: end a session idle for this long; 0 = never', whole(longestMs), 0)
		.addOption(new Option('--tools <table>', 'which tools').choices(['bench', 'conformance']).default('bench'))
		.option('--ledger <path>', 'write down what ran and was pushed, in a new file')
		.option(
			'--ledger-origin-us <n>',
			'with --ledger: instants count from here on the monotonic clock',
			whole(Number.MAX_SAFE_INTEGER),
			0,
		)
		.option('--push-every-ms <n>', 'interval of numbered pushes; 0 = none', whole(longestMs), 0)
		.option('--exit-with-stdin', 'exit when stdin ends', false);
}

/**
 * Reads a command line with commander.
 * @returns false where help was asked for and printed
 * @throws UsageError where it is wrong
 */
export async function parse(command: Command, args: readonly string[]): Promise<boolean> {
	command.exitOverride().configureOutput({ outputError: () => undefined });
	for (const sub of command.commands) sub.exitOverride().configureOutput({ outputError: () => undefined });
	try {
		await command.parseAsync(args, { from: 'user' });
		return true;
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (error.exitCode === 0) return false;
		throw new UsageError(sentence(error.message));
	}
}

function sentence(message: string): string {
	const said = message
		.replace(/^error: /, '')
		.replaceAll(/\s+/g, ' ')
		.trim();
	return `${said}${/[.?)]$/.test(said) ? '' : '.'} Run with --help for the flags.`;
}

function whole(max: number, min = 0): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= min && value <= max) return value;
		throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
	};
}

/** The system counts in whole seconds, and takes no more of them than 15 bits hold. */
const longestKeepAliveMs = 32_767_000;

function keepAliveMs(text: string): number {
	const ms = Number(text);
	if (/^\d+$/.test(text) && (ms === 0 || (ms >= 1000 && ms <= longestKeepAliveMs))) return ms;
	throw new InvalidArgumentError(`Allowed: 0, or a whole number from 1000 to ${longestKeepAliveMs}.`);
}

/** Refuses flags that contradict each other. */
export function checkTogether(flags: Flags): void {
	if (flags.resumable && flags.stream === 'off') {
		throw new UsageError('--resumable needs GET, which --stream off refuses. Run with --help for the flags.');
	}
}

function loopbackAddress(text: string): string {
	const family = isIP(text);
	if (family !== 0 && loopback.check(text, family === 4 ? 'ipv4' : 'ipv6')) return text;
	throw new InvalidArgumentError('Allowed: an address of 127.0.0.0/8, or ::1; these servers are for one machine only.');
}
