import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { clockSince } from '../clock.ts';
import type { CutEvent } from '../model/path-events.ts';

/** What was cut, how, after how long; where and when is known to who writes it down. */
export type Cut = Omit<CutEvent, 'is' | 'at' | 'place'>;
export type NoteCut = (cut: Cut) => void;

/**
 * The proxy's own part of a trial's history. Each cut is written at once: the process ends by SIGKILL.
 * @returns for each place a way to note its cuts
 */
export function openCutLog(folder: string, originUs: number): (place: number) => NoteCut {
	const fd = openSync(join(folder, `path-${process.pid}.ndjson`), 'a');
	const clock = clockSince(originUs);
	return (place) =>
		({ by, end, lastedMs, idleMs }) => {
			const cut: CutEvent = {
				is: 'cut',
				at: clock(),
				place,
				by,
				end,
				lastedMs: Math.round(lastedMs),
				idleMs: Math.round(idleMs),
			};
			writeSync(fd, `${JSON.stringify(cut)}\n`);
		};
}
