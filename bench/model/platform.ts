import type { PathLimits, ProxyName } from './path.ts';

/** Few, because profiles of one factor share servers: these beat at one interval. */
export const timeFactors = [7, 14, 30, 110, 300, 600] as const;
export type TimeFactor = (typeof timeFactors)[number];

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;

/**
 * A place where servers are put, or a box on the way to them, as its maker documents it: what it does to answers that are late,
 * silent, long or large. Data, with its source; what is measured behind it is "emulated limits", never the platform itself.
 */
export interface PlatformProfile extends PathLimits {
	/** `nginx`, `aws-alb`; unique. */
	readonly id: string;
	readonly title: string;
	/** The row of the article's table to which it speaks. */
	readonly row?: 'lambda' | 'cloud-run' | 'cloudflare' | 'api-gateway' | 'corporate';
	/** By how much its times are divided, so that a run is short; its smallest limit is then at least 2 s. */
	readonly factor: TimeFactor;
	/** The real proxy that has the same limits, where this machine can run one. */
	readonly twin?: Exclude<ProxyName, 'embedded'>;
	/** Not a hop on the way of an answer: no listener can stand for it, it is there to be read. */
	readonly emulated?: false;
	/** Where the numbers are documented. */
	readonly source: string;
	/** When that was looked at: the day, or the month where the number comes from secondary sources. */
	readonly checked: string;
	/** What else a reader should know, in one sentence. */
	readonly note?: string;
}
