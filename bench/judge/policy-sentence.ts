import type { MeasureName } from '../model/measures.ts';
import { policies, waitWords } from '../model/policy.ts';
import { enumerated } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';

/** Figures in which the wait of the clients is contained. */
const waited: readonly MeasureName[] = ['recovery95Ms', 'connectsPeakPerS', 'sessionsLost'];

/**
 * How long the clients of each target wait before they come back: that is the client's doing and no property of the transport, and
 * where losses are measured it is part of every figure. Empty where none are, or where nothing is held that could be lost.
 */
export function policySentence({ planned, targets }: RunRecord, { id, shows }: Scenario): string {
	if (!shows.some((name) => waited.includes(name))) return '';
	const mine = new Set(planned.flatMap(({ scenario, target }) => (scenario === id ? [target] : [])));
	const holding = targets.filter(
		(target) =>
			mine.has(target.id) && target.twinOf === undefined && (target.client.stream || target.transport === 'stateful'),
	);
	const byPolicy = [...Map.groupBy(holding, ({ client }) => client.policy)];
	const parts = byPolicy.map(
		([policy, of]) => `${enumerated(of.map((target) => target.id))} ${waitWords(policies[policy], of.length)}`,
	);
	if (parts.length === 0) return '';
	const differ =
		parts.length > 1
			? ' Where these differ, a part of what differs in failed calls, recovery and peaks is theirs.'
			: '';
	return `After a loss the client decides how long it waits, whatever the transport: ${parts.join('; ')}.${differ}`;
}
