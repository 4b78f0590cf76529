import { type Command, Option } from 'commander';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/**
 * Flags that mean nothing beside others, or to a server: refused, because a flag that is taken without a word looks obeyed. What only some way
 * to build a server lacks (an SDK, workerd) is said by that server instead, so that one set of flags serves all ways in a comparison.
 */
interface Rule {
	readonly flag: keyof Flags;
	/** What it lacks, behind “has no effect”. */
	readonly lacks: string;
	/** `server`: empty where it is not one that these rules know. */
	readonly isHeeded: (flags: Flags, server: string) => boolean;
}

const isPushed = ({ pushEveryMs }: Flags): boolean => pushEveryMs > 0;
const withoutPushes = 'without --push-every-ms';

const rules: readonly Rule[] = [
	{ flag: 'pushBytes', lacks: withoutPushes, isHeeded: isPushed },
	{ flag: 'pushWhenTold', lacks: withoutPushes, isHeeded: isPushed },
	{ flag: 'pushOneSeed', lacks: withoutPushes, isHeeded: isPushed },
	{ flag: 'retryMs', lacks: 'without --resumable', isHeeded: ({ resumable }) => resumable },
	{
		flag: 'authRecheckMs',
		lacks: 'without --auth-streams recheck',
		isHeeded: ({ authStreams }) => authStreams === 'recheck',
	},
	{
		flag: 'sessionIdleMs',
		lacks: 'but on stateful: no other server has sessions that are idle',
		isHeeded: (_flags, server) => server === '' || server.endsWith('stateful'),
	},
];

/** Of these the last would win without a word, and let in whom the first keeps out. */
const onlyOnce: readonly (keyof Flags)[] = ['auth', 'authAt', 'authStreams'];

/**
 * Has a command refuse what it would take in vain, once it has all its flags.
 * @param server which it starts; absent: as --serves says
 */
export function withRules(command: Command, server?: string): Command {
	for (const flag of onlyOnce) refuseTwice(command, flag);
	return command.hook('preAction', (_, self) => {
		const flags = self.opts<Flags & { readonly serves?: string }>();
		const name = server ?? flags.serves ?? '';
		const broken = rules.find((rule) => self.getOptionValueSource(rule.flag) === 'cli' && !rule.isHeeded(flags, name));
		if (!broken) return;
		const word = wordOf(broken.flag);
		throw new UsageError(`${word} has no effect ${broken.lacks}; leave ${word} out. Run with --help for the flags.`);
	});
}

function refuseTwice(command: Command, flag: keyof Flags): void {
	const word = wordOf(flag);
	let isGiven = false;
	command.on(`option:${new Option(word).name()}`, () => {
		if (isGiven) throw new UsageError(`${word} is given twice; give it once. Run with --help for the flags.`);
		isGiven = true;
	});
}

/** As on the command line: `--push-bytes`. */
function wordOf(flag: keyof Flags): string {
	return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
