import { type Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from './config.ts';
import { UserError } from './exit.ts';
import { transports } from './model/transport.ts';
import type { UserServer } from './user-target.ts';

/** The flags that name a server of the user's own. */
export interface UserFlags {
	readonly targetUrl?: string;
	readonly targetCommand?: string;
	readonly url?: string;
	readonly targetPid?: number;
	readonly transport?: UserServer['transport'];
	readonly tool?: string;
	readonly arguments?: string;
	readonly header?: Readonly<Record<string, string>>;
	readonly allowRemote?: boolean;
	readonly config?: string;
}

export function withUserFlags(command: Command): Command {
	return command
		.option('--target-url <url>', 'measure a server that runs already')
		.option('--target-command <line>', 'measure a server that this command line starts; needs --url')
		.option('--url <url>', 'where that server listens')
		.option('--target-pid <pid>', 'the process of --target-url, if it is not found by its port', pid)
		.addOption(new Option('--transport <name>', 'of that server').choices([...transports, 'auto']))
		.option('--tool <name>', 'the tool to call; default: echo, or one that needs no argument')
		.option('--arguments <json>', 'of the tool; {{seq}} and {{uuid}} differ from call to call')
		.option(
			'--header <"Name: value">',
			'sent with every request, repeatable; values are never written anywhere',
			header,
		)
		.option('--allow-remote', 'that server may be on another machine')
		.option('--config <file>', 'targets of your own (default: bench.config.json, if there is one)');
}

/** The user's servers: the one that flags describe, or those of the config file. @throws UserError */
export function userServers(flags: UserFlags): readonly UserServer[] {
	const { targetUrl, targetCommand, url } = flags;
	if (targetUrl !== undefined && targetCommand !== undefined) {
		throw new UserError('Give --target-url for a server that runs, or --target-command for one to start, not both.');
	}
	if (targetCommand?.trim() === '')
		throw new UserError('--target-command is empty; give the command line that starts your server.');
	if (targetCommand !== undefined && url === undefined) {
		throw new UserError(
			'--target-command needs --url, where the server will listen, such as http://127.0.0.1:8000/mcp.',
		);
	}
	if (targetCommand === undefined && url !== undefined) {
		throw new UserError('--url belongs to --target-command; a server that runs already is named by --target-url.');
	}
	const address = targetUrl ?? url;
	if (address === undefined) {
		const alone = (['targetPid', 'transport', 'tool', 'arguments', 'header'] as const).find(
			(name) => flags[name] !== undefined,
		);
		if (alone)
			throw new UserError(`--${dashed(alone)} describes a server of your own: add --target-url or --target-command.`);
		return readConfig(flags.config);
	}
	return [
		{
			id: 'yours',
			url: address,
			command: targetCommand,
			pid: flags.targetPid,
			transport: flags.transport ?? 'auto',
			tool: flags.tool,
			arguments: flags.arguments,
			headers: flags.header ?? {},
		},
	];
}

function dashed(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function header(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
	const parts = /^([!#$%&'*+.^_`|~\w-]+):\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(text);
	// The text may hold a secret, so the message does not repeat it.
	const [, name, value] = parts ?? [];
	if (name === undefined || value === undefined) throw new InvalidArgumentError('It takes "Name: value".');
	if (Object.keys(before).some((other) => other.toLowerCase() === name.toLowerCase()))
		throw new InvalidArgumentError(`${name} is given twice; give it once.`);
	return { ...before, [name]: value };
}

function pid(text: string): number {
	if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a process id.');
	return Number(text);
}

/** The same flags as words of a shell; values of headers are left out, because they may be secrets. */
export function ownWords(flags: UserFlags): string[] {
	const named = {
		'target-url': flags.targetUrl,
		'target-command': flags.targetCommand,
		url: flags.url,
		'target-pid': flags.targetPid,
		transport: flags.transport,
		tool: flags.tool,
		arguments: flags.arguments,
		config: flags.config,
	};
	const values = Object.entries(named).filter(([, value]) => value !== undefined);
	return [
		...values.map(([name, value]) => `--${name} ${quoted(String(value))}`),
		...Object.keys(flags.header ?? {}).map((name) => `--header ${quoted(`${name}: …`)}`),
		...(flags.allowRemote ? ['--allow-remote'] : []),
	];
}

/** A word as a shell takes it. */
export function quoted(text: string): string {
	return /^[\w./:=,@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
