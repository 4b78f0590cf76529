/** What opens a session of either transport, as a page sends it. */
export const initializeBody = JSON.stringify({
	jsonrpc: '2.0',
	id: 1,
	method: 'initialize',
	params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'page', version: '1' } },
});

export const jsonHeaders = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
