import { UserError } from './exit.ts';
import { type ProxyName, type ProxyPath, proxies, proxyTitles } from './model/path.ts';
import type { PathFault } from './model/path-fault.ts';
import { parsePathFault, pathFaultParameters, pathFaultWord } from './model/path-fault-parameters.ts';
import type { PlatformProfile } from './model/platform.ts';
import { emulatedPlatforms, limitsOf, platformOf } from './model/platforms.ts';
import type { Scenario, Size } from './model/scenario.ts';

/** A path that the user put between clients and servers. */
export interface AskedPath {
	readonly path: ProxyPath;
	/** As it was given. */
	readonly word: string;
	/** What it is, for the report's reader: `the embedded proxy with …`. */
	readonly title: string;
}

/**
 * Reads what `--path` names: faults, a platform and a proxy, joined by `+`.
 * @throws UserError, one sentence that names what is allowed
 */
export function parsePath(word: string): AskedPath {
	if (word.split('+').some((part) => part.trim() === '')) {
		throw new UserError(
			`--path "${word}" has an empty part; give a fault, a platform or a proxy, joined by +, or leave --path out.`,
		);
	}
	const faults: PathFault[] = [];
	const profiles: PlatformProfile[] = [];
	const names: ProxyName[] = [];
	for (const part of word.split('+').map((each) => each.trim())) {
		// Some platforms are called after the proxy that they are: the first name is a proxy, what follows is not.
		const name = names.length === 0 || part === 'embedded' ? proxies.find((each) => each === part) : undefined;
		const profile = platformOf(part);
		if (name) names.push(name);
		else if (profile?.emulated === false) {
			throw new UserError(`The platform ${part} cannot be emulated by a proxy; it is listed for information.`);
		} else if (profile) profiles.push(profile);
		else faults.push(faultOf(part));
	}
	const [by = 'embedded', otherName] = names;
	const [profile, otherProfile] = profiles;
	if (otherName) throw new UserError(`--path "${word}" names ${by} and ${otherName}; give one proxy.`);
	if (otherProfile) {
		throw new UserError(`--path "${word}" names the platforms ${profile?.id} and ${otherProfile.id}; give one.`);
	}
	if (by !== 'embedded' && faults.length > 0) {
		throw new UserError(
			`The fault ${faults[0]?.kind} acts in the embedded proxy, not in ${by}; leave one of them out.`,
		);
	}
	if (by !== 'embedded' && profile && profile.twin !== by) {
		throw new UserError(
			`--path "${word}" names the proxy ${by} and the platform ${profile.id}, whose limits the embedded proxy keeps; give one of them, or embedded+${profile.id}.`,
		);
	}
	if (by !== 'embedded' && profile && !hasLimits(profile)) {
		throw new UserError(
			`--path "${word}" sets ${by} to the limits of the platform ${profile.id}, which has none; give --path ${by}.`,
		);
	}
	const path: ProxyPath = {
		kind: 'proxy',
		by,
		balance: 'stick_table',
		...(profile && { limits: limitsOf(profile) }),
		...(faults.length > 0 && { faults }),
	};
	return { path, word, title: titleOf(by, profile, faults) };
}

function faultOf(part: string): PathFault {
	const [kind = ''] = part.split('?', 1);
	if (!Object.hasOwn(pathFaultParameters, kind)) {
		if ([...proxies, ...emulatedPlatforms.map(({ id }) => id)].some((name) => name === kind)) {
			throw new UserError(`${kind} takes no parameters, and "${part}" gives some; leave them out.`);
		}
		const known = `faults ${Object.keys(pathFaultParameters).join(', ')}; platforms ${emulatedPlatforms.map(({ id }) => id).join(', ')}; proxies ${proxies.join(', ')}`;
		throw new UserError(`Unknown path "${part}". Known are ${known}; \`npm run bench -- list\` describes them.`);
	}
	try {
		return parsePathFault(part);
	} catch (error) {
		throw new UserError((error as Error).message);
	}
}

function titleOf(by: ProxyName, profile: PlatformProfile | undefined, faults: readonly PathFault[]): string {
	if (by !== 'embedded') {
		if (!profile) return `the ${proxyTitles[by]}, set to cut nothing`;
		return `the ${proxyTitles[by]}, its own settings changed to the limits of ${profile.id} (${profile.title}; times divided by ${profile.factor})`;
	}
	const parts = [
		...(profile
			? [
					`the limits of ${profile.id} (${profile.title}; times divided by ${profile.factor}; emulated limits, not the platform itself)`,
				]
			: []),
		...faults.map((fault) => `${pathFaultWord(fault)} (${pathFaultParameters[fault.kind].title})`),
	];
	return parts.length === 0 ? 'the embedded proxy' : `the embedded proxy with ${parts.join(' and ')}`;
}

function hasLimits(profile: PlatformProfile): boolean {
	return Object.keys(limitsOf(profile)).length > 0;
}

/** What each proxy is as a part of `--path`, and what may be joined to it. */
export function proxiesInWords(): readonly (readonly [name: ProxyName, words: string])[] {
	return proxies.map((name) => {
		if (name === 'embedded') {
			return [
				name,
				'that of this project, and meant where no proxy is named: with a platform, with faults, or with both',
			];
		}
		const own = emulatedPlatforms.filter((profile) => profile.twin === name && hasLimits(profile));
		const joined = own.map(({ id }) => `${name}+${id}`).join(', ');
		return [
			name,
			`the ${proxyTitles[name]}, set to cut nothing; ${joined}: its own settings changed to the limits of that platform`,
		];
	});
}

/** The same scenario on that path, where its sizes and cases have none of their own. */
export function onPath(scenario: Scenario, { path }: AskedPath): Scenario {
	const sizes = Object.entries(scenario.sizes).map(([profile, size]: [string, Size]) => [profile, { path, ...size }]);
	return { ...scenario, sizes: Object.fromEntries(sizes) };
}
