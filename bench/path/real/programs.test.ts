import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/support/folders.ts';
import { findTool } from '../../fleet/tools.ts';
import { type BalanceMethod, balanceMethods, type PathLimits, type ProxyPath } from '../../model/path.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { proxyPrograms } from '../../real-proxy.ts';
import type { ProxyProgram, RealProxyName, Site } from './program.ts';

const servers = ['http://127.0.0.1:20001/mcp', 'http://127.0.0.1:20002/mcp', 'http://localhost:20003/mcp'];

function site(
	by: RealProxyName,
	path: Partial<ProxyPath> = {},
	of: readonly string[] = servers.slice(0, 1),
	place = 0,
): Site {
	return { path: { kind: 'proxy', by, ...path }, place, servers: of, port: 21_000 + place };
}

const able: Record<RealProxyName, readonly BalanceMethod[]> = {
	nginx: balanceMethods.filter((method) => method !== 'stick_table'),
	haproxy: balanceMethods,
	caddy: ['round_robin', 'random', 'least_connections', 'source_address', 'cookie'],
	squid: ['round_robin', 'source_address'],
};

const limits: Record<RealProxyName, PathLimits> = {
	nginx: { firstByteMs: 2000, onFirstByte: 504, idleMs: 2000, onIdle: 'fin', buffering: 'fill' },
	haproxy: { firstByteMs: 3571, onFirstByte: 504, idleMs: 3571, onIdle: 'fin' },
	caddy: { firstByteMs: 2000, onFirstByte: 504, idleMs: 3000, onIdle: 'clean', buffering: 'full' },
	squid: { firstByteMs: 3000, onFirstByte: 504, idleMs: 3000, onIdle: 'fin', maxDurationMs: 240_000, onMax: 'fin' },
};

/** What the program's own checker says about this text; empty where it accepts it. */
function complaints(program: ProxyProgram, text: string, folder: string): string {
	const file = join(folder, program.file);
	writeFileSync(file, text);
	const env = { ...process.env, ...program.environment?.(folder) };
	try {
		const found = findTool(program.name) ?? program.name;
		execFileSync(found, program.check(file, folder), { cwd: folder, env, stdio: 'pipe', timeout: 20_000 });
		return '';
	} catch (error) {
		const { message, stderr } = error as { message: string; stderr?: Buffer };
		return `${message}\n${stderr ?? ''}\n${text}`;
	}
}

for (const program of Object.values(proxyPrograms)) {
	const { name, title, debianPackage } = program;
	const isThere = findTool(name) !== null || process.env.REQUIRE_REAL === '1';
	const skip = isThere ? false : `${name} is missing; install ${debianPackage}`;

	describe(`the configuration of ${title}`, () => {
		test('its own checker accepts every method and limit, for many listeners at once', { skip }, () => {
			const folder = temporaryFolder(name);
			const balanced = able[name].map((balance, n) => site(name, { balance, limits: limits[name] }, servers, n));
			const uid = process.getuid?.() ?? 1;
			assert.equal(complaints(program, program.configure(balanced, { folder, uid }), folder), '');
			const bare = program.configure([site(name)], { folder, uid });
			assert.equal(complaints(program, bare, folder), '');
			assert.notEqual(complaints(program, `${bare}\n} nonsense {`, folder), '', 'its checker does check');
		});

		test('what it lacks is refused in one sentence', () => {
			const surroundings = { folder: '/nowhere', uid: 1000 };
			const refused = (path: Partial<ProxyPath>, because: RegExp) =>
				assert.throws(
					() => program.configure([site(name, path, servers)], surroundings),
					(error: Error) => {
						assert.ok(error instanceof Unavailable);
						assert.ok(error.message.startsWith(title), error.message);
						assert.match(error.message, because);
						return true;
					},
				);
			for (const balance of balanceMethods) {
				if (!able[name].includes(balance))
					refused({ balance }, new RegExp(`cannot balance by ${balance}: .+ It can by `));
			}
			const [balance = 'round_robin'] = able[name];
			refused({ balance, limits: { maxBytes: 1 } }, /has no limit maxBytes: /);
			refused({ balance, limits: { firstByteMs: 2000, onFirstByte: 524, idleMs: 2000 } }, /cannot answer 524/);
			refused(
				{ balance, limits: { firstByteMs: 2000, idleMs: 2000, onIdle: 'rst' } },
				/cannot end by rst|or end by rst/,
			);
			refused({ balance, faults: [{ kind: 'latency', latencyMs: 5 }] }, /for latency take the embedded proxy/);
		});

		test('with one server there is nothing to balance', () => {
			for (const balance of balanceMethods) {
				assert.ok(program.configure([site(name, { balance })], { folder: '/nowhere', uid: 1000 }).length > 0);
			}
		});
	});
}

test('one time for two limits: where they differ, both are named', () => {
	for (const name of ['nginx', 'haproxy', 'squid'] as const) {
		const two = site(name, { limits: { firstByteMs: 30_000, idleMs: 55_000 } });
		assert.throws(
			() => proxyPrograms[name].configure([two], { folder: '/nowhere', uid: 1000 }),
			/firstByteMs and idleMs must be the same, not 30000 and 55000\.$/,
		);
	}
});

test('Squid counts in whole seconds', () => {
	const half = site('squid', { limits: { firstByteMs: 2500, idleMs: 2500 } });
	assert.throws(
		() => proxyPrograms.squid.configure([half], { folder: '/nowhere', uid: 1000 }),
		/whole seconds: it cannot have a limit of 2500 ms/,
	);
});

test('Squid has one set of limits for all listeners', () => {
	const sites = [site('squid', { limits: limits.squid }), site('squid', {}, servers.slice(0, 1), 1)];
	assert.throws(
		() => proxyPrograms.squid.configure(sites, { folder: '/nowhere', uid: 1000 }),
		/one set of limits for all its listeners/,
	);
});
