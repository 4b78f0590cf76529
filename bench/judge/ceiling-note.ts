import type { Figures } from '../model/finding.ts';

/** The two figures agree when the larger is no more than this above the smaller. */
const agreeWithin = 0.15;
/** A process that uses more of its CPU than this, in per cent, is at its end. */
const exhaustedPercent = 90;

/**
 * Why the closed-loop ceiling and the capacity differ, as sentences, for the targets where they do by more than 15 %; nothing
 * where no target has both, or all agree.
 */
export function ceilingNote(figures: Figures): string[] {
	const above: string[] = [];
	const below: string[] = [];
	const byClient: string[] = [];
	for (const target of figures.targets) {
		const capacity = figures.estimate(target, 'capacityPerS');
		const ceiling = figures.estimate(target, 'ceilingPerS');
		if (!capacity || !ceiling || capacity.value === 0) continue;
		const ratio = ceiling.value / capacity.value;
		if (ratio <= 1 + agreeWithin && ratio >= 1 / (1 + agreeWithin)) continue;
		const text = `${target} ${percent(ratio)}`;
		if (ratio > 1) above.push(capacity.atLeast === true ? `${text} (the capacity is a lower bound)` : text);
		else below.push(text);
		const client = figures.estimate(target, 'ceilingClientCpuShare')?.value ?? 0;
		const server = figures.estimate(target, 'ceilingTargetCpuShare')?.value ?? 100;
		if (client > exhaustedPercent && server < exhaustedPercent) byClient.push(target);
	}
	if (above.length + below.length === 0) return [];
	return [
		...(above.length > 0 ? [`The closed-loop ceiling lies above the capacity: ${above.join(', ')}.`] : []),
		...(below.length > 0 ? [`The closed-loop ceiling lies below the capacity: ${below.join(', ')}.`] : []),
		'The two are not the same: the ceiling is what the server answers when a fixed number of clients wait for its answers ' +
			'before they ask again, however long that takes; the capacity is the rate at which arrivals that wait for nobody still ' +
			'keep the objective.',
		...(byClient.length > 0
			? [
					`Against ${byClient.join(', ')} autocannon used up its own CPU before the server did: there the ceiling is autocannon’s.`,
				]
			: []),
	];
}

/** 1.4 as `+40 %`. */
function percent(ratio: number): string {
	const whole = Math.round((ratio - 1) * 100);
	return `${whole > 0 ? '+' : '−'}${Math.abs(whole)}\u202f%`;
}
