import type { PathLimits } from './path.ts';
import type { PlatformProfile } from './platform.ts';
import { cloudProfiles } from './platform-clouds.ts';
import { proxyProfiles } from './platform-proxies.ts';

/** Every platform that is known, the control first. */
export const platforms: readonly PlatformProfile[] = [...proxyProfiles, ...cloudProfiles];

/** Those that a listener can stand for. */
export const emulatedPlatforms: readonly PlatformProfile[] = platforms.filter(({ emulated }) => emulated !== false);

/**
 * How often the official SDKs send a comment on an open event stream, in real time.
 * Source: `DEFAULT_SSE_KEEP_ALIVE_MS` of @modelcontextprotocol/sdk 1.32; since 1.30.
 */
export const sdkHeartbeatMs = 15_000;

/** The platform of this id; undefined where none is known. */
export function platformOf(id: string): PlatformProfile | undefined {
	return platforms.find((each) => each.id === id);
}

/** The limits of a listener that stands for this platform: times divided by its factor, whole milliseconds. */
export function limitsOf(profile: PlatformProfile): PathLimits {
	const { firstByteMs, onFirstByte, idleMs, onIdle, maxDurationMs, onMax, buffering, maxBytes } = profile;
	return {
		...(firstByteMs === undefined ? {} : { firstByteMs: compressed(firstByteMs, profile) }),
		...(onFirstByte === undefined ? {} : { onFirstByte }),
		...(idleMs === undefined ? {} : { idleMs: compressed(idleMs, profile) }),
		...(onIdle === undefined ? {} : { onIdle }),
		...(maxDurationMs === undefined ? {} : { maxDurationMs: compressed(maxDurationMs, profile) }),
		...(onMax === undefined ? {} : { onMax }),
		...(buffering === undefined ? {} : { buffering }),
		...(maxBytes === undefined ? {} : { maxBytes }),
	};
}

/** The interval of the SDKs' comments, compressed as the platform's limits are. */
export function heartbeatMs(profile: Pick<PlatformProfile, 'factor'>): number {
	return compressed(sdkHeartbeatMs, profile);
}

/** A time of the real world, as long as it is behind this platform's listener: a tool call of 45 s, say. */
export function compressed(realMs: number, { factor }: Pick<PlatformProfile, 'factor'>): number {
	return Math.round(realMs / factor);
}

/** Its title; where the real program can be had in this project too, with the word that it is not meant. */
export function emulatedTitle({ title, twin }: PlatformProfile): string {
	return twin === undefined ? title : `${title}, emulated`;
}

/** Its limits in one short line, in real time: `head 60 s: 504, idle 60 s: fin, ÷30`. */
export function profileInWords(profile: PlatformProfile): string {
	if (profile.emulated === false) return 'not emulated, for information';
	return `${limitWords(profile)}, ÷${profile.factor}`;
}

/** Limits in a few words: `head 60 s: 504, idle 60 s: fin`. */
export function limitWords(limits: PathLimits): string {
	const { firstByteMs, onFirstByte, idleMs, onIdle, maxDurationMs, onMax, buffering, maxBytes } = limits;
	const words = [
		...(firstByteMs === undefined ? [] : [`head ${firstByteMs / 1000} s: ${onFirstByte}`]),
		...(idleMs === undefined ? [] : [`idle ${idleMs / 1000} s: ${onIdle}`]),
		...(maxDurationMs === undefined ? [] : [`total ${maxDurationMs / 1000} s: ${onMax}`]),
		...(buffering === undefined ? [] : [buffering === 'full' ? 'buffers all' : 'buffers']),
		...(maxBytes === undefined ? [] : [`${maxBytes / 1024 / 1024} MB`]),
	];
	return words.join(', ') || 'no limit';
}
