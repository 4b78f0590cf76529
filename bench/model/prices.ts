/** A price as its maker publishes it, in US dollars. */
export interface Price {
	readonly usd: number;
	/** What it is for. */
	readonly per: string;
}

/** What a serverless platform charges for running requests; free tiers, traffic and volume tiers are left out. */
export interface PriceList {
	readonly title: string;
	readonly region: string;
	readonly source: string;
	/** When the source was looked at, ISO. */
	readonly checked: string;
	/** Billed time is rounded up to a multiple of this. */
	readonly stepMs: number;
	/** Memory of a process, in GB (Lambda: 1024 MB; Cloud Run: GiB). */
	readonly memoryGb: number;
	/** For a second of a process. */
	readonly seconds: readonly { readonly amount: number; readonly of: string; readonly price: Price }[];
	readonly perMillionRequests: number;
	/** What else a reader should know, in one sentence. */
	readonly note: string;
}

const memoryGb = 0.5;

export const prices = {
	lambda: {
		title: 'AWS Lambda',
		region: 'us-east-1, x86, first tier',
		source: 'https://aws.amazon.com/lambda/pricing/',
		checked: '2026-11-26',
		stepMs: 1,
		memoryGb,
		seconds: [{ amount: memoryGb, of: 'GB', price: { usd: 0.0000166667, per: 'GB-second' } }],
		perMillionRequests: 0.2,
		note: 'The start of a process is billed as well (for every kind of function since August 2025), and a stream runs on, and is billed, after its client has gone.',
	},
	'cloud-run': {
		title: 'Cloud Run',
		region: 'tier 1, request-based billing',
		source: 'https://cloud.google.com/run/pricing',
		checked: '2026-11-26',
		stepMs: 100,
		memoryGb,
		seconds: [
			{ amount: 1, of: 'vCPU', price: { usd: 0.000024, per: 'vCPU-second' } },
			{ amount: memoryGb, of: 'GiB', price: { usd: 0.0000025, per: 'GiB-second' } },
		],
		perMillionRequests: 0.4,
		note: 'An instance is billed while it starts and while it has at least one request, however many it has; that its end is billed, too, is left out.',
	},
} as const satisfies Record<'lambda' | 'cloud-run', PriceList>;

export type Billed = keyof typeof prices;

/** What a second of a process costs, in US dollars. */
export function usdPerSecond(platform: Billed): number {
	const { seconds }: PriceList = prices[platform];
	return seconds.reduce((sum, { amount, price }) => sum + amount * price.usd, 0);
}

/** What seconds and requests cost together, in US dollars. */
export function usdOf(platform: Billed, billedS: number, requests: number): number {
	return billedS * usdPerSecond(platform) + (requests * prices[platform].perMillionRequests) / 1e6;
}
