/** They belong to one connection, not to the message (RFC 9110, 7.6.1). Of `transfer-encoding` see `endToEnd`. */
const hopByHop = new Set([
	'connection',
	'keep-alive',
	'proxy-connection',
	'te',
	'trailer',
	'upgrade',
	'transfer-encoding',
]);

/** Without them a message would be read as another one, or as two: `Connection` may not take them away. */
const framing = new Set(['content-length', 'host']);

/**
 * The headers that a proxy passes on: name, value, name, value.
 * @param connection what `Connection` names goes no further either
 */
export function endToEnd(raw: readonly string[], connection: string | undefined): string[] {
	// Nearly always `keep-alive` or `close`: then the names above are all.
	const named = new Set(connection?.toLowerCase().split(/[\s,]+/));
	const passed: string[] = [];
	for (let n = 0; n + 1 < raw.length; n += 2) {
		const [name = '', value = ''] = [raw[n], raw[n + 1]];
		const lower = name.toLowerCase();
		const stays = hopByHop.has(lower) || (named.has(lower) && !framing.has(lower));
		if (!stays) passed.push(name, value);
	}
	return passed;
}
