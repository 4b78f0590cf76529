import { BlockList, isIP } from 'node:net';
import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { withRules } from './flag-rules.ts';
import { type FrontFlags, withFrontFlags } from './front-flags.ts';
import { limits } from './limits.ts';
import type { Options } from './runtime.ts';
import { UsageError } from './usage-error.ts';

/** The flags of every reference server. */
export interface Flags extends Options, FrontFlags {
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
	/** Pushes begin when the harness says so. */
	readonly pushWhenTold: boolean;
	/** Each push goes to one client, drawn with this seed; absent: to all. */
	readonly pushOneSeed?: number;
	/** Where the sessions live, so that other processes serve them too; absent: in this process. */
	readonly sessionStore?: string;
	/** How the tokens are signed without which nobody is let in; `none`: nobody needs one. */
	readonly auth: 'none' | 'hs256' | 'es256';
	/** Where they are asked for: on every request, or only where a session is opened, whose id lets later requests in. */
	readonly authAt: 'request' | 'stream';
	/** Whether a stream, or a session, ends when its token has expired or was revoked. */
	readonly authStreams: 'open' | 'recheck';
	/** How often that is looked for. */
	readonly authRecheckMs: number;
	readonly exitWithStdin: boolean;
}

/** Longest time a flag may name: a day, well within what a timer can hold. */
const longestMs = 86_400_000;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Adds the flags to a command, so that a server's own file and `cli.ts` share them; what it would take in vain is refused.
 * @param server which it starts; absent: as --serves says
 */
export function withFlags(command: Command, server?: string): Command {
	return withRules(withOptions(command), server);
}

function withOptions(command: Command): Command {
	return withFrontFlags(command)
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
		.option('--push-when-told', 'with --push-every-ms: begin when the starter says so', false)
		.option(
			'--push-one-seed <n>',
			'with --push-every-ms: each push to one client, drawn with this seed',
			whole(2 ** 32 - 1),
		)
		.option(
			'--push-bytes <n>',
			'with --push-every-ms: how much longer each of them is made',
			whole(limits.pushBytes),
			0,
		)
		.option(
			'--stream-buffer-bytes <n>',
			'unsent bytes a stream may hold when the next message comes; more destroys it',
			whole(limits.streamBufferBytes),
			limits.streamBufferBytes,
		)
		.option('--instance <n>', 'the number of this process, for the ids of its sessions', whole(9999))
		.option('--session-store <url>', 'stateful: keep sessions in a Redis of this machine', redisUrl)
		.addOption(new Option('--auth <alg>', 'bearer tokens').choices(['none', 'hs256', 'es256']).default('none'))
		.addOption(
			new Option('--auth-at <place>', 'where tokens are asked for').choices(['request', 'stream']).default('request'),
		)
		.addOption(
			new Option('--auth-streams <way>', 'streams whose token lapsed').choices(['open', 'recheck']).default('open'),
		)
		.option('--auth-recheck-ms <n>', 'with recheck: how often it is looked for', whole(longestMs, 1), 500)
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

/** Takes a whole number from `min` to `max`. */
export function whole(max: number, min = 0): (text: string) => number {
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
	checkAuth(flags);
	if (flags.resumable && flags.stream === 'off') {
		throw new UsageError('--resumable needs GET, which --stream off refuses. Run with --help for the flags.');
	}
	if (flags.resumable && flags.sessionStore !== undefined) {
		throw new UsageError(
			'--session-store keeps no events for --resumable; leave one of the two out. Run with --help for the flags.',
		);
	}
}

/** For what would take no notice of it: whoever asks for tokens must not be served without. @throws UsageError */
export function refuseAuth({ auth }: Pick<Flags, 'auth'>): void {
	if (auth === 'none') return;
	throw new UsageError(
		`--auth ${auth} works only with servers that are a Node process of their own; leave it out here.`,
	);
}

function checkAuth({ auth, authAt, authStreams, sessionStore }: Flags): void {
	const asked =
		authAt === 'stream' ? '--auth-at stream' : authStreams === 'recheck' ? '--auth-streams recheck' : undefined;
	if (auth === 'none' && asked !== undefined) {
		throw new UsageError(`${asked} needs --auth hs256 or --auth es256. Run with --help for the flags.`);
	}
	if (authAt === 'stream' && authStreams === 'recheck' && sessionStore !== undefined) {
		throw new UsageError(
			'--session-store keeps no tokens for --auth-streams recheck; leave one of the two out, or give --auth-at request.',
		);
	}
}

function redisUrl(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
	if (url?.protocol === 'redis:' && isLoopback(host) && url.port !== '' && /^\/?$/.test(url.pathname)) return text;
	throw new InvalidArgumentError(
		'Allowed: redis:// with a loopback address and a port, such as redis://127.0.0.1:6379.',
	);
}

function loopbackAddress(text: string): string {
	if (isLoopback(text)) return text;
	throw new InvalidArgumentError('Allowed: an address of 127.0.0.0/8, or ::1; these servers are for one machine only.');
}

function isLoopback(address: string): boolean {
	const family = isIP(address);
	return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
