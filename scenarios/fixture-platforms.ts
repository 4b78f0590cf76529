import assert from 'node:assert/strict';
import type { Estimate, Figures } from '../bench/model/finding.ts';
import { type MeasureName, measures } from '../bench/model/measures.ts';
import { emulatedPlatforms } from '../bench/model/platforms.ts';
import { assertDecided } from './fixture-deciding.ts';
import { caseIdOf, type Heart } from './platform-cases.ts';
import { proxyClaims } from './proxy-claims.ts';

export type Values = Partial<Record<MeasureName, number>>;
/** What was measured of a target in a platform's case; undefined: nothing. */
export type Behind = (platform: string, heart: Heart, target: string) => Values | undefined;

const targets = ['sse', 'stateful', 'modern-listen', 'stateless'];

export function figuresOf(behind: Behind): Figures {
	const byId = new Map<string, readonly [string, Heart]>(
		emulatedPlatforms.flatMap(({ id }) =>
			(['silent', 'heartbeat'] as const).map((heart) => [caseIdOf(id, heart), [id, heart] as const]),
		),
	);
	const within = (caseId: string | undefined): Figures => {
		const place = caseId === undefined ? undefined : byId.get(caseId);
		const estimate = (target: string, measure: MeasureName): Estimate | undefined => {
			const value = place && behind(...place, target)?.[measure];
			return value === undefined ? undefined : { value, repeats: 3 };
		};
		return {
			sessions: 3,
			cases: caseId === undefined ? [...byId.keys()] : [],
			targets,
			in: within,
			estimate,
			values: (target, measure) => {
				const found = estimate(target, measure);
				return found ? Array(3).fill(found.value) : [];
			},
			ratio: () => undefined,
			added: () => undefined,
			evidence: (target, measure) => {
				const found = estimate(target, measure);
				const place = caseId === undefined ? {} : { case: caseId };
				return found ? [{ ...place, target, measure, value: found.value, unit: measures[measure].unit }] : [];
			},
		};
	};
	return within(undefined);
}

/** What the rule of a claim of `proxy-timeouts` decides where platforms did so. */
export function rulingOf(id: string, behind: Behind) {
	const claim = proxyClaims.find((each) => each.id === id);
	assert.ok(claim, id);
	const ruling = claim.rule(figuresOf(behind));
	assert.match(ruling.because, /^[A-Z].*\.$/, 'sentences');
	assertDecided(id, ruling, { sessions: 3 });
	return ruling;
}

export const verdictOf = (id: string, behind: Behind) => rulingOf(id, behind).verdict;
export const becauseOf = (id: string, behind: Behind) => rulingOf(id, behind).because;

export const calls = { longCallOkShare: 100, callsAfterIdleOkShare: 100 };
/** Longer than any limit. */
export const lives: Values = { streamSurvivedShare: 100, streamLifeS: 1e6, ...calls };
export const cutAfter = (streamLifeS: number): Values => ({ streamSurvivedShare: 0, streamLifeS, ...calls });
export const nothing: Values = { ...cutAfter(0), longCallOkShare: 0, longCallStatus: 504 };
/** Streams as this says; who holds none only calls. */
export const streams =
	(of: (platform: string, heart: Heart) => Values): Behind =>
	(platform, heart, target) =>
		target === 'stateless' ? calls : of(platform, heart);
export const mixed: Values = { ...cutAfter(50), streamSurvivedShare: 50 };
