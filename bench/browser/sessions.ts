import { initializeBody, jsonHeaders } from './messages.ts';

/** Opens sessions of Streamable HTTP from Node. @returns their ids */
export function openSessions(url: string, count: number): Promise<readonly string[]> {
	const opening = Array.from({ length: count }, async () => {
		const answer = await fetch(url, { method: 'POST', headers: jsonHeaders, body: initializeBody });
		await answer.arrayBuffer();
		const id = answer.headers.get('Mcp-Session-Id');
		if (id === null) throw new Error(`no session was opened (status ${answer.status})`);
		return id;
	});
	return Promise.all(opening);
}
