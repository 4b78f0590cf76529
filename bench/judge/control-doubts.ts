import { measures as known, type MeasureName, type Measures } from '../model/measures.ts';
import type { PlatformProfile } from '../model/platform.ts';
import { limitsOf } from '../model/platforms.ts';
import { quantity } from '../model/quantity.ts';
import type { Warning } from '../model/warning.ts';

/** Shares in which only a limit should cost anything. */
const whole: readonly MeasureName[] = ['streamSurvivedShare', 'longCallOkShare', 'callsAfterIdleOkShare'];

/** What was lost behind a hop without limits: nothing was there to take it, but this machine or the target. */
export function controlDoubts(platform: PlatformProfile | undefined, measures: Measures): Warning[] {
	if (!platform || Object.keys(limitsOf(platform)).length > 0) return [];
	const lacking = whole.flatMap((name) => {
		const share = measures[name];
		return share && share.value < 100 ? [`${known[name].title} ${quantity(share.value, '%')}`] : [];
	});
	if (lacking.length === 0) return [];
	return [{ id: 'control-failed', detail: `Behind a hop without limits (${platform.id}): ${lacking.join(', ')}.` }];
}
