/**
 * Holds a network of a trial's own, which it was started in, and drops packets in it when told to. The network vanishes with
 * its last process, so no name and no rule can stay behind, however anybody died.
 */
import { execFile } from 'node:child_process';
import type { HolderReply, HolderRequest } from './namespace.ts';
import { silenceRules } from './packet-rules.ts';

const toolWithinMs = 5000;

/** Runs a program of the system, `input` on its stdin. @throws Error with the program's first line on stderr */
function run(name: string, args: readonly string[], input = ''): Promise<void> {
	return new Promise((resolve, reject) => {
		const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
		const child = execFile(name, args, { env, timeout: toolWithinMs, killSignal: 'SIGKILL' }, (error, _out, stderr) => {
			if (!error) resolve();
			else reject(new Error(`${name}: ${stderr.trim().split('\n')[0] || error.message}`));
		});
		// A program that ends without having read its input says itself why.
		child.stdin?.on('error', () => {});
		child.stdin?.end(input);
	});
}

/** Loopback comes up first; then one thing after another, so that what was asked last is what holds. */
let last: Promise<void> = run('ip', ['link', 'set', 'lo', 'up']);
// Whoever asks first is told.
last.catch(() => {});

process.on('message', ({ id, silentPorts }: HolderRequest) => {
	const reply = (error?: Error) => {
		process.send?.({ id, ...(error && { error: error.message }) } satisfies HolderReply);
	};
	const step = last.then(() => (silentPorts ? run('nft', ['-f', '-'], silenceRules(silentPorts)) : undefined));
	step.then(() => reply(), reply);
	// A step that failed is tried again when it is asked for again; without loopback nothing ever works.
	if (silentPorts) last = step.catch(() => {});
});
// The harness is gone, however it died: so are we, and with us the network.
process.on('disconnect', () => process.exit(0));
