import type { Network } from '../model/path.ts';
import { findTool } from './tools.ts';

/** The program of util-linux that replaces itself by the command behind its arguments, in another network. */
export function networkCommand(network: Network): readonly string[] {
	if (network.kind === 'fresh') {
		return [toolPath('unshare'), ...(network.asUser ? ['--user', '--map-root-user'] : []), '--net', '--'];
	}
	const of = `/proc/${network.pid}/ns`;
	// Who enters a user namespace is made its root and loses his groups, which only root outside may do: he stays who he is.
	const user = network.asUser ? [`--user=${of}/user`, '--preserve-credentials'] : [];
	return [toolPath('nsenter'), ...user, `--net=${of}/net`, '--'];
}

/** One that is missing is looked for once more by the system, which then refuses to start it. */
function toolPath(name: string): string {
	return findTool(name) ?? name;
}
