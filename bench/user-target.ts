import { UserError } from './exit.ts';
import { StartError } from './fleet/child.ts';
import { isLoopback, processOf, startTarget } from './fleet/target.ts';
import { readyWithinMs } from './limits.ts';
import { type CallTemplate, callMaker, echoTemplate } from './model/call-template.ts';
import type { Feature, ServerCommand, Target } from './model/target.ts';
import type { Transport } from './model/transport.ts';
import { redactor } from './redact.ts';
import { discoverTransport, holdsStream, type ListedTool, listTools, ProbeError, tryCall } from './wire/probe.ts';

/** A server of the user's, as flags or `bench.config.json` describe it. */
export interface UserServer {
	readonly id: string;
	readonly url: string;
	/** Starts it; absent: it runs already. */
	readonly command?: string | undefined;
	readonly pid?: number | undefined;
	readonly transport: Transport | 'auto';
	readonly tool?: string | undefined;
	/** The text of a JSON object. */
	readonly arguments?: string | undefined;
	readonly headers: Readonly<Record<string, string>>;
}

/** The target, the headers it needs, and what was found out for the user to know. */
export interface PreparedTarget {
	readonly target: Target;
	/** Name, value, name, value: in memory only. */
	readonly headers: readonly string[];
	readonly notes: readonly string[];
}

/**
 * Starts the server once, or comes to it, and asks which transport it speaks and which tools it has, so that a mistake is
 * said before anything is measured.
 * @throws UserError with one sentence
 */
export async function prepareUserTarget(server: UserServer, allowRemote: boolean): Promise<PreparedTarget> {
	checkAddress(server.url, allowRemote);
	const command: ServerCommand = server.command
		? { kind: 'command', command: server.command, url: server.url }
		: { kind: 'running', url: server.url, ...(server.pid === undefined ? {} : { pid: server.pid }) };
	const redact = redactor(Object.entries(server.headers).flat());
	const started = await startTarget({ server: command, readyMs: readyWithinMs }).catch((error: unknown) => {
		if (!(error instanceof StartError)) throw error;
		const last = error.stderr.at(-1);
		throw new UserError(redact(`${server.id}: ${error.because}${last ? ` Its last line: ${last.slice(0, 200)}` : ''}`));
	});
	try {
		return await describe(server, command);
	} catch (error) {
		if (error instanceof ProbeError || error instanceof UserError) throw new UserError(redact(error.message));
		throw error;
	} finally {
		await started.kill();
	}
}

/** Load goes to this machine only, unless the user says otherwise. */
function checkAddress(url: string, allowRemote: boolean): void {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (parsed && (parsed.username !== '' || parsed.password !== '')) {
		throw new UserError(
			'The URL holds a user name or a password, which would be saved with the run; send them with --header instead.',
		);
	}
	if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
		throw new UserError(`"${url}" is not an http or https URL; give one such as http://127.0.0.1:8000/mcp.`);
	}
	if (!isLoopback(parsed.hostname) && !allowRemote) {
		throw new UserError(
			`${parsed.hostname} is not this machine, and load goes to loopback only; add --allow-remote if that server is yours.`,
		);
	}
}

async function describe(server: UserServer, command: ServerCommand): Promise<PreparedTarget> {
	const headers = Object.entries(server.headers).flat();
	const endpoint = { url: server.url, stream: false, headers };
	const transport = server.transport === 'auto' ? await discoverTransport(endpoint) : server.transport;
	const tools = await listTools(transport, endpoint);
	const call = chooseCall(server, tools);
	const wrong = await tryCall(
		transport,
		endpoint,
		callMaker(call)('probe-0', 0, () => crypto.randomUUID()),
	);
	if (wrong)
		throw new UserError(
			`The tool ${call.tool} with ${call.arguments} does not answer: ${wrong}. Give --tool and --arguments.`,
		);
	const stream = await holdsStream(transport, endpoint);
	const target = targetOf(server, command, transport, call, stream);
	const notes = [
		`Claims about transports are judged on the reference servers; to compare, add --target ${server.id},${transport}.`,
		...(server.transport === 'auto' ? [`${server.id} speaks ${transport}.`] : []),
		...(transport === 'stateful' && !stream
			? [`${server.id} offers no stream for pushes, so its clients hold none.`]
			: []),
		...(server.tool === undefined ? [`${server.id}: calls go to its tool ${call.tool} with ${call.arguments}.`] : []),
		...(target.features.includes('memory')
			? []
			: [`${server.id}: its process was not found, so memory and CPU are not measured.`]),
	];
	return { target, headers, notes };
}

/** The tool the user named, or one that needs no argument; `echo {text}` is best, because its content can be checked. */
export function chooseCall(
	{ tool, arguments: given }: Pick<UserServer, 'tool' | 'arguments'>,
	tools: readonly ListedTool[],
): CallTemplate {
	const names = tools.slice(0, 20).map(({ name }) => name.slice(0, 60));
	if (tool !== undefined) {
		if (!tools.some(({ name }) => name === tool))
			throw new UserError(`There is no tool "${tool}"; the server has ${names.join(', ') || 'none'}.`);
		return { tool, arguments: checkedArguments(given ?? '{}'), echoes: false };
	}
	if (given !== undefined) throw new UserError('--arguments needs --tool, the name of the tool they are for.');
	const echo = tools.find(({ name, required }) => name === 'echo' && required.length === 1 && required[0] === 'text');
	if (echo) return echoTemplate;
	const free = tools.find(({ required }) => required.length === 0);
	if (free) return { tool: free.name, arguments: '{}', echoes: false };
	throw new UserError(
		`Every tool needs arguments (${names.join(', ') || 'there is none'}); choose with --tool and --arguments.`,
	);
}

function checkedArguments(text: string): string {
	let value: unknown;
	try {
		value = JSON.parse(text.replaceAll(/\{\{(seq|uuid|id)\}\}/g, '0'));
	} catch (error) {
		throw new UserError(
			`--arguments is not JSON: ${(error as Error).message}. Give an object such as '{"n": {{seq}}}'.`,
		);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new UserError(`--arguments must be a JSON object, got ${text.slice(0, 60)}.`);
	}
	return text;
}

function targetOf(
	server: UserServer,
	command: ServerCommand,
	transport: Transport,
	call: CallTemplate,
	stream: boolean,
): Target {
	const found = command.kind === 'running' ? processOf(command) : 0;
	const features: Feature[] = [
		...(found === undefined ? [] : (['memory'] as const)),
		...(command.kind === 'command' ? (['restart'] as const) : []),
		...(stream ? (['push'] as const) : []),
	];
	return {
		id: server.id,
		base: server.id,
		title: `${server.id}, ${transport}, the user’s own`,
		transport,
		implementation: 'user',
		server: command,
		client: { stream, policy: transport === 'sse' ? 'fixed-3s' : 'full-jitter' },
		call,
		headerNames: Object.keys(server.headers),
		features,
	};
}
