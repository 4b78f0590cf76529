import type { PolicyId } from '../bench/model/policy.ts';
import { type Target, withPolicy } from '../bench/model/target.ts';

/** The known targets with these ids, in this order; unknown ids are left out, so that a scenario survives a smaller list. */
export function pick(targets: readonly Target[], ...ids: string[]): Target[] {
	return ids.flatMap((id) => targets.filter((target) => target.id === id));
}

/** The same targets, once more for each of these reconnect policies. */
export function times(targets: readonly Target[], ...policies: PolicyId[]): Target[] {
	return targets.flatMap((target) => policies.map((policy) => withPolicy(target, policy)));
}
