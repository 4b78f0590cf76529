/** The table that holds all rules, so that deleting it undoes everything. */
const table = 'inet mcp_transport_bench';

/**
 * What `nft -f -` must read so that no TCP packet from or to these ports arrives any more, of new connections as of old ones;
 * without a port: so that all arrive again. It is one transaction, and the same however often it is given.
 *
 * Packets are dropped where they come in: the kernel would tell a sender whose packets are dropped on the way out (EPERM).
 */
export function silenceRules(ports: readonly number[]): string {
	// Only a table that is there can be deleted: it is made first, which changes nothing where it was.
	const clear = `add table ${table}\ndelete table ${table}\n`;
	if (ports.length === 0) return clear;
	const set = `{ ${ports.join(', ')} }`;
	return `${clear}table ${table} {
	chain input {
		type filter hook input priority 0; policy accept;
		tcp dport ${set} drop
		tcp sport ${set} drop
	}
}
`;
}
