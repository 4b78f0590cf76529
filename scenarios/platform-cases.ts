import type { Evidence, Figures } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import type { PlatformProfile } from '../bench/model/platform.ts';
import { allFromShare as all, limitNotMetS, type StreamFate, streamFate } from '../bench/model/survival.ts';

/** Whether the server sends comments on its streams. */
export type Heart = 'silent' | 'heartbeat';

/** The id of a platform's case in `proxy-timeouts`. */
export function caseIdOf(platform: string, heart: Heart): string {
	return `${platform}-${heart}`;
}

/** What was measured of a target behind a platform. */
export interface Seen {
	readonly target: string;
	readonly platform: PlatformProfile;
	readonly heart: Heart;
	/** Undefined where the target holds no stream. */
	readonly stream?: {
		readonly fate: StreamFate;
		/** How long it lived in seconds, or was watched. */
		readonly lifeS: number;
		/** It looked open when it was not. */
		readonly wasSilent: boolean;
		/** Where it lives: a limit in seconds that it had not come to, so that nothing is proved. */
		readonly limitNotMetS?: number;
	};
	/** Shares of the calls that were answered, in percent. */
	readonly longCalls?: number;
	readonly longCallStatus?: number;
	readonly callsAfterIdle?: number;
	readonly evidence: readonly Evidence[];
}

const none = 0.5;

/** What was measured of a target in a platform's case; undefined where nothing was. */
export function seenOf(figures: Figures, target: string, platform: PlatformProfile, heart: Heart): Seen | undefined {
	const own = figures.in(caseIdOf(platform.id, heart));
	const value = (name: MeasureName) => own.estimate(target, name)?.value;
	const longCalls = value('longCallOkShare');
	const callsAfterIdle = value('callsAfterIdleOkShare');
	const longCallStatus = value('longCallStatus');
	const stream = streamOf(value, limitNotMetS(own, target, platform));
	if (!stream && longCalls === undefined) return undefined;
	const names = ['streamSurvivedShare', 'streamLifeS', 'longCallOkShare', 'callsAfterIdleOkShare'] as const;
	return {
		target,
		platform,
		heart,
		...(stream && { stream }),
		...(longCalls !== undefined && { longCalls }),
		...(longCallStatus !== undefined && { longCallStatus }),
		...(callsAfterIdle !== undefined && { callsAfterIdle }),
		evidence: names.flatMap((name) => own.evidence(target, name)),
	};
}

function streamOf(value: (name: MeasureName) => number | undefined, notMetS: number | undefined): Seen['stream'] {
	const [survived, lifeS] = [value('streamSurvivedShare'), value('streamLifeS')];
	if (survived === undefined || lifeS === undefined) return undefined;
	const wasSilent = (value('streamsSilent') ?? 0) > 0;
	return {
		fate: streamFate(survived, lifeS),
		lifeS,
		wasSilent,
		...(notMetS !== undefined && { limitNotMetS: notMetS }),
	};
}

/** Whether every call of both kinds was answered, as far as they were made. */
export function callsGoThrough({ longCalls = 100, callsAfterIdle = 100 }: Seen): boolean {
	return longCalls >= all && callsAfterIdle >= all;
}

/** `cut after 300 s`: what became of a stream. */
export function streamInWords({ stream }: Seen): string {
	if (!stream) return 'no stream';
	const { fate, lifeS, wasSilent, limitNotMetS: notMetS } = stream;
	if (fate === 'lives') {
		const before = notMetS === undefined ? '' : `, its limit of ${notMetS} s not met`;
		return `alive for at least ${Math.floor(lifeS)} s${before}`;
	}
	if (fate === 'nothing') return 'nothing arrives';
	if (fate === 'mixed') return 'cut for some clients and not for others';
	return `cut after ${Math.round(lifeS)} s${wasSilent ? ' without a word' : ''}`;
}

/** `45 s call answered`, `45 s call refused with 504`; and of the ordinary calls what was not answered. */
export function longCallInWords(seen: Seen): string {
	const { callsAfterIdle = 100 } = seen;
	const after = callsAfterIdle >= all ? '' : `, ${Math.round(callsAfterIdle)} % of ordinary calls answered`;
	return longCallAlone(seen) + after;
}

function longCallAlone({ longCalls, longCallStatus }: Seen): string {
	if (longCalls === undefined) return 'no long call';
	if (longCalls >= all) return '45 s call answered';
	if (longCalls > none) return `45 s call answered in ${Math.round(longCalls)} % of cases`;
	return longCallStatus === undefined ? '45 s call lost' : `45 s call refused with ${Math.round(longCallStatus)}`;
}
