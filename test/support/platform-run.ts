import type { ReportInput } from '../../bench/model/report.ts';
import type { Case } from '../../bench/model/scenario.ts';
import { proxyTimeouts } from '../../scenarios/proxy-timeouts.ts';
import { type Imagined, scenarioReport } from './scenario-report.ts';

/** How long streams are watched in `standard`. */
const watchedMs = 9500;
const heartbeatMs = 15_000;
const longCallMs = 45_000;

/** `proxy-timeouts` in `standard` as it must come out if every platform keeps exactly to its documented limits. */
export function platformRun(): ReportInput {
	return scenarioReport(proxyTimeouts, 'standard', (target, inCase) => kept(target, inCase));
}

function kept(target: string, { platform, id }: Case): Imagined {
	const { factor = 1, idleMs, maxDurationMs, firstByteMs, onFirstByte, buffering } = platform ?? {};
	const isSilent = !id.endsWith('-heartbeat');
	const cutsMs = [maxDurationMs, isSilent || (idleMs ?? heartbeatMs) < heartbeatMs ? idleMs : undefined];
	const cutMs = buffering ? 0 : Math.min(...cutsMs.map((ms) => ms ?? Number.POSITIVE_INFINITY));
	const seenMs = watchedMs * factor;
	const lives = cutMs > seenMs;
	const isLate = firstByteMs !== undefined && firstByteMs < longCallMs;
	const long = { longCallOkShare: isLate ? 0 : 100, ...(isLate && onFirstByte && { longCallStatus: onFirstByte }) };
	const calls = { timeFactor: factor, ...long, callsAfterIdleOkShare: 100 };
	if (target === 'stateless') return { values: calls };
	const deafShare = lives ? 0 : cutMs === 0 ? 100 : 4;
	const streamLifeS = Math.min(cutMs, seenMs) / 1000;
	return {
		values: { ...calls, streamSurvivedShare: lives ? 100 : 0, streamLifeS, deafShare },
		...(lives && { atLeast: ['streamLifeS'] as const }),
	};
}
