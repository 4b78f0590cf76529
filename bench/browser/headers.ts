import type { Asked } from './in-page.ts';
import { probed } from './request-log.ts';
import { openIn, patienceMs, plainGet, type Studio } from './studio.ts';

const authorization = 'Bearer not-a-secret';

/** What a page may try to give an EventSource headers with: each in the place of its second argument. */
const ways: readonly Asked['unknown'][] = [
	// As polyfills, fetch and XMLHttpRequest libraries take them.
	{ headers: { Authorization: authorization } },
	{ headers: [['Authorization', authorization]] },
	{ fetchOptions: { headers: { Authorization: authorization } } },
	{ Authorization: authorization },
];

/** Which client's Authorization header, and whose Cookie, arrives: the server's record decides. */
export async function observeHeaders(studio: Studio): Promise<void> {
	const { scene, tell } = studio;
	const count = async (probe: string, header: 'authorization' | 'cookie', value: string) => {
		const requests = await studio.arrived(probe);
		return {
			header,
			requests: requests.length,
			received: requests.filter(({ headers }) => headers[header] === value).length,
		};
	};
	await studio.inPage(studio.home.at('/'), async (page) => {
		const stream = { until: 'open', patienceMs } as const;
		for (const unknown of ways) {
			const url = probed(scene.direct, 'header-source');
			await openIn(page, { ...stream, url, by: 'EventSource', ...(unknown && { unknown }) });
		}
		const url = probed(scene.direct, 'header-fetch');
		await openIn(page, { ...stream, url, by: 'fetch', headers: { Authorization: authorization } });
	});
	tell({ what: 'header', client: 'EventSource', ...(await count('header-source', 'authorization', authorization)) });
	tell({ what: 'header', client: 'fetch', ...(await count('header-fetch', 'authorization', authorization)) });
	await plainGet(probed(scene.direct, 'header-node'), { Authorization: authorization });
	tell({ what: 'header', client: 'node', ...(await count('header-node', 'authorization', authorization)) });
	await plainGet(probed(scene.direct, 'cookie-node'), { Cookie: 'session=1' });
	tell({ what: 'header', client: 'node', ...(await count('cookie-node', 'cookie', 'session=1')) });
}
