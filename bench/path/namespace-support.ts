import { silenceRules } from './packet-rules.ts';

/** Whether a network of one's own may be made here, and how. */
export type NamespaceSupport =
	/** `asUser`: within a user namespace, because the harness is not root. */
	| { readonly allowed: true; readonly asUser: boolean }
	/** One sentence that says what is missing and what to do. */
	| { readonly allowed: false; readonly because: string };

/** Runs a program of the system; null where it is missing. */
export type RunTool = (
	name: string,
	args: readonly string[],
) => Promise<{ readonly succeeded: boolean; readonly text: string } | null>;

/** What is needed, how each tells its version, and the package of Debian that brings it. */
const tools = [
	{ name: 'unshare', version: '--version', package: 'util-linux' },
	{ name: 'nsenter', version: '--version', package: 'util-linux' },
	{ name: 'ip', version: '-V', package: 'iproute2' },
	{ name: 'nft', version: '--version', package: 'nftables' },
] as const;

/** All that a silent path needs, in a network that vanishes at once. */
const rehearsal = `PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up && printf '%s' '${silenceRules([1])}' | nft -f -`;

/** Tries it, as root or as the root of a user namespace. Never rejects. */
export async function namespaceSupport(run: RunTool): Promise<NamespaceSupport> {
	const found = await Promise.all(tools.map(({ name, version }) => run(name, [version])));
	const missing = tools.filter((_, n) => found[n] === null);
	if (missing.length > 0) {
		const names = missing.map(({ name }) => name).join(', ');
		const packages = [...new Set(missing.map((tool) => tool.package))].join(' ');
		return { allowed: false, because: `No network namespaces without ${names}; install ${packages}.` };
	}
	let said = '';
	for (const asUser of [false, true]) {
		const user = asUser ? ['--user', '--map-root-user'] : [];
		const output = await run('unshare', [...user, '--net', '--', 'sh', '-c', rehearsal]);
		if (output?.succeeded) return { allowed: true, asUser };
		said = output?.text.trim().split('\n')[0] ?? said;
	}
	return { allowed: false, because: `No network namespace is allowed here (${said}); run as root.` };
}
