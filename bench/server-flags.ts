import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type CallTemplate, withSlowCalls } from './model/call-template.ts';
import type { Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';

/** Whether the server is one of this project, which knows its flags and its tools. */
function isOwn({ server }: Pick<Target, 'server'>): boolean {
	return server.kind === 'node';
}

/**
 * What a size wants of a server process of this project, as flags: its ledger, a part of the trial's history, and its pushes.
 * A ledger holds calls whose id is what the tool is given; of any other call it would say that it never ran.
 */
export function serverFlags(target: Target, size: Size, partsFolder: string, originUs: number): readonly string[] {
	if (!isOwn(target)) return [];
	const { tool, echoes } = target.call;
	const flags: string[] = [];
	if (size.ledger && tool === 'echo' && echoes) {
		flags.push('--ledger', join(partsFolder, `ledger-${randomUUID()}.ndjson`), '--ledger-origin-us', String(originUs));
	}
	if (size.pushEveryMs !== undefined) flags.push('--push-every-ms', String(size.pushEveryMs));
	return [...flags, ...(size.serverFlags ?? [])];
}

/** What the clients of a trial call. */
export function callOf(target: Target, { slowCalls }: Size): CallTemplate {
	return isOwn(target) ? withSlowCalls(target.call, slowCalls) : target.call;
}
