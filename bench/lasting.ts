import type { Scenario, Size } from './model/scenario.ts';

/** The same scenarios, of which a soak lasts for so many minutes in every profile. */
export function lasting(scenarios: readonly Scenario[], minutes: number | undefined): readonly Scenario[] {
	if (minutes === undefined) return scenarios;
	return scenarios.map((scenario) => {
		const sizes = Object.entries(scenario.sizes).map(([profile, size]) => [profile, ofMinutes(size, minutes)]);
		return { ...scenario, sizes: Object.fromEntries(sizes) };
	});
}

function ofMinutes(size: Size, minutes: number): Size {
	return size.load.kind === 'soak' ? { ...size, load: { ...size.load, forMs: minutes * 60_000 } } : size;
}
