import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { browserFlags } from './browser-files.ts';
import { authFlags } from './model/auth.ts';
import { type CallTemplate, changesTemplate, withSlowCalls } from './model/call-template.ts';
import type { Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';

/** Whether the server is one of this project, which knows its flags and its tools. */
function isOwn({ server }: Pick<Target, 'server'>): boolean {
	return server.kind === 'node';
}

/** What the flags of a server process depend on beside its size. */
export interface FlagsHost {
	readonly partsFolder: string;
	readonly originUs: number;
	/** The number of the process among those that share its clients. */
	readonly instance: number;
	/** Where the session store is, if the trial has one. */
	readonly storeUrl?: string | undefined;
	/** Of the trial. */
	readonly seed: number;
}

/**
 * What a size wants of a server process of this project, as flags: its ledger, a part of the trial's history, its pushes, and what
 * it needs of the other processes. A ledger holds calls whose id is what the tool is given; of any other call it would say that it
 * never ran.
 */
export function serverFlags(target: Target, size: Size, host: FlagsHost): readonly string[] {
	if (!isOwn(target)) return [];
	const { partsFolder, originUs, instance, storeUrl, seed } = host;
	const { tool, echoes } = target.call;
	const flags: string[] = [];
	if (size.ledger && target.features.includes('ledger') && tool === 'echo' && echoes) {
		flags.push('--ledger', join(partsFolder, `ledger-${randomUUID()}.ndjson`), '--ledger-origin-us', String(originUs));
	}
	if (target.features.includes('usage')) {
		if (!flags.includes('--ledger-origin-us')) flags.push('--ledger-origin-us', String(originUs));
		flags.push('--usage', join(partsFolder, `usage-${randomUUID()}.ndjson`));
	}
	if (size.load.kind === 'browser') flags.push(...browserFlags(partsFolder));
	if (size.pushEveryMs !== undefined) flags.push('--push-every-ms', String(size.pushEveryMs));
	if (size.load.kind === 'listen') flags.push('--push-when-told');
	if (size.pushToOne) flags.push('--push-one-seed', String(seed >>> 0));
	if (size.numbered) flags.push('--instance', String(instance));
	if (size.sessionStore && storeUrl !== undefined) flags.push('--session-store', storeUrl);
	return [...flags, ...authFlags(size.auth), ...(size.serverFlags ?? [])];
}

/** Whether a trial of these sizes needs a session store. */
export function needsStore(target: Target, sizes: readonly Size[]): boolean {
	return isOwn(target) && sizes.some(({ sessionStore }) => sessionStore !== undefined);
}

/** Sizes with the same key can share the processes of a target: they ask for the same flags. */
export function groupKey(target: Target, size: Size): string {
	const { ledger, pushEveryMs, pushToOne, numbered, sessionStore, auth, serverFlags: flags = [] } = size;
	const asked = [...authFlags(auth), ...flags];
	const own = [ledger === true, pushEveryMs, pushToOne === true, numbered === true, sessionStore, asked];
	return isOwn(target) ? JSON.stringify(own) : '';
}

/** What the clients of a trial call. */
export function callOf(target: Target, { slowCalls, pushEveryMs }: Size): CallTemplate {
	if (isOwn(target) && pushEveryMs !== undefined && target.client.pollMs !== undefined) return changesTemplate;
	return isOwn(target) ? withSlowCalls(target.call, slowCalls) : target.call;
}
