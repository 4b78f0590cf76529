import type { PolicyId } from '../bench/model/policy.ts';
import type { Profile } from '../bench/model/scenario.ts';
import { type Target, withPolicy } from '../bench/model/target.ts';

/** The known targets with these ids, in this order; unknown ids are left out, so that a scenario survives a smaller list. */
export function pick(targets: readonly Target[], ...ids: string[]): Target[] {
	return ids.flatMap((id) => targets.filter((target) => target.id === id));
}

/** SDK servers: one for each transport in `standard`, every one in `full`. */
export function sdkArms(targets: readonly Target[], profile: Profile): Target[] {
	if (profile === 'standard') return pick(targets, 'sdk1-sse', 'sdk1-stateful', 'sdk1-stateless', 'sdk2-modern');
	return targets.filter(({ implementation }) => implementation === 'sdk1' || implementation === 'sdk2');
}

/** The same targets, once more for each of these reconnect policies. */
export function times(targets: readonly Target[], ...policies: PolicyId[]): Target[] {
	return targets.flatMap((target) => policies.map((policy) => withPolicy(target, policy)));
}
