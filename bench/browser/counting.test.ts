import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { BrowserScene } from '../model/browser.ts';
import type { Canary } from './canaries.ts';
import type { Chromium } from './chromium.ts';
import { countTokens } from './counting.ts';
import { Studio, type Told } from './studio.ts';
import { Syslog } from './syslog.ts';

/** A profile, logs and records with a known number of secrets in each place. */
async function counted(
	canaries: readonly Canary[],
	prepare: (studio: Studio, folder: string) => void,
): Promise<Told[]> {
	const folder = mkdtempSync(join(tmpdir(), 'counting-'));
	const file = (name: string) => join(folder, name);
	mkdirSync(file('profile/Default'), { recursive: true });
	const history = new DatabaseSync(file('profile/Default/History'));
	history.exec('CREATE TABLE urls (url TEXT)');
	history.prepare('INSERT INTO urls VALUES (?), (?)').run('http://a/?token=page-secret', 'http://a/');
	history.close();
	const told: Told[] = [];
	const setup = { transport: 'sse', chromium: '', partsFolder: folder, folder, originUs: 0 } as const;
	const chromium = { version: '1', profile: file('profile') } as Chromium;
	const studio = new Studio(setup, chromium, new Syslog(), (event) => told.push(event));
	const scene: Partial<BrowserScene> = {
		requestLog: file('requests'),
		files: { 'server-log': file('access'), 'server-error': file('stderr'), 'nginx-log': file('nginx') },
	};
	studio.scene = scene as BrowserScene;
	prepare(studio, folder);
	await countTokens(studio, canaries, 50).finally(() => rm(folder, { recursive: true }));
	return told;
}

const url: Canary = { approach: 'url', place: 'server-log', secret: 'url-secret' };
const page: Canary = { approach: 'page-url', place: 'history', secret: 'page-secret' };
const nginx: Canary = { approach: 'url', place: 'nginx-log', secret: 'nginx-secret' };
const haproxy: Canary = { approach: 'url', place: 'haproxy-http', secret: 'haproxy-secret' };

test('secrets are found as often as they stand somewhere: in a log each time, elsewhere once for each entry', async () => {
	const told = await counted([url, page, nginx, haproxy], (studio, folder) => {
		const line = 'GET /sse?probe=url-server-log&token=url-secret';
		writeFileSync(join(folder, 'access'), `${line}\nPOST ?token=url-secret "http://x/?token=url-secret"\n`);
		writeFileSync(join(folder, 'stderr'), 'failed: url-secret\n');
		// Another's secret in the log of a place is not its own.
		writeFileSync(join(folder, 'nginx'), 'GET /sse?probe=url-nginx-log&token=hidden url-secret\n');
		writeFileSync(join(folder, 'profile/Cache'), 'page-secret page-secret');
		studio.syslog.lines.push(
			'haproxy-http "GET /sse?probe=url-haproxy-http&token=haproxy-secret"',
			'haproxy-tcp haproxy-secret',
		);
		const seen = (referer?: string) => ({ method: 'GET', url: '/', headers: { ...(referer && { referer }) } });
		studio.home.seen.push(seen('http://a/?token=page-secret'), seen('http://a/?token=page-secret'), seen());
		studio.abroad.seen.push(seen('http://a/'));
		writeFileSync(join(folder, 'requests'), `${JSON.stringify(seen('http://a/?token=page-secret'))}\n{"half`);
	});
	const found = told.flatMap((event) => (event.what === 'tokens' ? [[event.approach, event.place, event.count]] : []));
	assert.deepEqual(
		found.filter(([, , count]) => count !== 0),
		[
			['url', 'server-log', 3],
			['url', 'haproxy-http', 1],
			['url', 'server-error', 1],
			['page-url', 'history', 1],
			// The history's own file is one of the profile's.
			['page-url', 'profile', 2],
			['page-url', 'referer-same', 2],
			['page-url', 'referer-cross', 1],
		],
	);
	assert.ok(found.some(([approach, place, count]) => approach === 'url' && place === 'nginx-log' && count === 0));
});

test('a log without the lines of the requests themselves is no evidence that a secret is not in it', async () => {
	const asked = counted([nginx], (_, folder) => writeFileSync(join(folder, 'nginx'), 'GET /other\n'));
	await assert.rejects(asked, /the log nginx-log lacks lines of its requests/);
});
