import type { Target } from './model/target.ts';

/** The stand-ins, with the settings that every target on them has. */
const platforms = {
	// Three for each of two sessions; more would only start more, on a machine that has few CPUs.
	lambda: { title: 'AWS Lambda', args: ['--concurrency', '6'] },
	// The longest that may be set: how it is without that is a scenario's matter.
	'cloud-run': { title: 'Cloud Run with a time-out of 3600 s', args: ['--timeout-s', '3600'] },
} as const;

/** What differs from a platform's main arm. */
interface Variant {
	readonly suffix: string;
	readonly words: string;
	readonly args: readonly string[];
}

const buffered: Variant = { suffix: '-buffered', words: ', answers buffered', args: ['--mode', 'buffered'] };

/**
 * A reference server on a stand-in for a serverless platform, with the clients of the reference arm. They come back after 50 ms:
 * time is compressed there. What the host is made of says nothing of the server, so its memory is not offered.
 */
function onPlatform(platform: keyof typeof platforms, reference: Target, variant?: Variant): Target {
	const { transport, client, call, headerNames } = reference;
	const { title, args } = platforms[platform];
	const id = `${platform}-${reference.id}${variant?.suffix ?? ''}`;
	return {
		id,
		base: id,
		title: `${reference.title}, on ${title}${variant?.words ?? ''} (emulated limits)`,
		transport,
		implementation: 'serverless',
		server: {
			kind: 'node',
			file: `servers/serverless/${platform}.ts`,
			args: ['--serves', transport, ...args, ...(variant?.args ?? [])],
		},
		client: { ...client, policy: 'fixed-50ms' },
		call,
		headerNames,
		features: ['usage'],
	};
}

/** Every reference server on every platform, and those for which it matters with buffered answers. */
export function serverlessTargets(references: readonly Target[]): readonly Target[] {
	return [
		...references.map((reference) => onPlatform('lambda', reference)),
		...references
			.filter(({ id }) => id === 'sse' || id === 'stateless')
			.map((reference) => onPlatform('lambda', reference, buffered)),
		...references.map((reference) => onPlatform('cloud-run', reference)),
	];
}
