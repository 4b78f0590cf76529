import { Command } from 'commander';
import { transport as modern } from './modern.ts';
import { sdkServers } from './sdk/index.ts';
import { type Flags, withFlags } from './shared/flags.ts';
import { runCommand, start } from './shared/lifecycle.ts';
import type { Transport } from './shared/transport.ts';
import { transport as sse } from './sse.ts';
import { transport as stateful } from './stateful.ts';
import { transport as stateless } from './stateless.ts';
import { asCommand, transportNames } from './workerd/host.ts';

const sdkNames = Object.keys(sdkServers).join(', ');

const command = new Command('npm run server --')
	.usage('<server> [options]')
	.description('Starts one server on this machine and runs it until Ctrl-C.')
	.addHelpText('after', '\nExamples:\n  npm run server -- sse --port 3000\n  npm run server -- sdk1-stateful --help')
	.allowExcessArguments()
	.action(() => {
		const given = command.args[0];
		const what = given === undefined ? 'no server was named' : `there is no server '${given}'`;
		command.error(
			`${what}; choose sse, stateful, stateless or modern, one of these on workerd (workerd-sse …), or one on the SDK: ${sdkNames}.`,
		);
	});

for (const transport of [sse, stateful, stateless, modern]) {
	withFlags(command.command(transport.name).description(transport.title), transport.name).action((flags: Flags) =>
		start(transport, flags),
	);
}

for (const name of transportNames) asCommand(command.command(`workerd-${name}`), name);

for (const [name, title] of Object.entries(sdkServers)) {
	// Loaded on demand: a reference server must not carry two SDKs in its memory.
	withFlags(command.command(name).description(title), name).action(async (flags: Flags) => {
		const { transport } = (await import(`./sdk/${name}.ts`)) as { transport: Transport };
		await start(transport, flags);
	});
}

await runCommand(command, process.argv.slice(2));
