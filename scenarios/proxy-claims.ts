import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { PlatformProfile } from '../bench/model/platform.ts';
import { emulatedPlatforms } from '../bench/model/platforms.ts';
import { enumerated } from '../bench/model/quantity.ts';
import type { JudgedClaim } from '../bench/model/scenario.ts';
import { callsGoThrough, type Heart, longCallInWords, type Seen } from './platform-cases.ts';
import {
	alike,
	isProved,
	linesOf,
	notMeasured,
	ofRow,
	type Row,
	ruling,
	rulingOnLives,
	seenIn,
	streamsInWords,
	survival,
	unproved,
} from './proxy-rulings.ts';
import { least, most } from './words.ts';

/** Targets of Streamable HTTP: those that hold a stream, and one that holds none. */
const streaming = ['stateful', 'modern-listen'] as const;
const streamless = 'stateless';

/** SSE works where it is configured: a default cuts it, and the longest setting does so much later. */
function cloudRunTimeout(figures: Figures): Ruling {
	const seen = seenIn(figures, ofRow('cloud-run'), ['sse']);
	const beating = (id: string) => seen.filter(({ platform, heart }) => platform.id === id && heart === 'heartbeat');
	const [ofDefault, ofLongest] = [beating('cloud-run'), beating('cloud-run-max')];
	const [shortest, longest] = [ofDefault[0]?.stream, ofLongest[0]?.stream];
	if (!shortest || !longest) return notMeasured();
	const lives = linesOf([...ofDefault, ...ofLongest], 'streamLifeS');
	const words = `SSE behind ${streamsInWords(seen)}`;
	if (shortest.fate === 'lives') {
		return shortest.limitNotMetS === undefined
			? ruling('refuted', `The default already let the stream live. ${words}.`, seen, survival(ofDefault))
			: ruling('inconclusive', `The watch ended before the limit of the default. ${words}.`, seen, lives);
	}
	if (longest.lifeS <= shortest.lifeS) {
		return longest.limitNotMetS === undefined
			? ruling('refuted', `The longest setting did not let the stream live longer. ${words}.`, seen, lives)
			: ruling('inconclusive', `The watch ended before the limit of the longest setting. ${words}.`, seen, lives);
	}
	const more = [
		`The longest setting lengthens the stream’s life${longest.fate === 'lives' ? '' : ' but does not free it'}`,
		...(heartbeatsChangeNothing(seen) ? ['heartbeats do not help'] : []),
	];
	return ruling('confirmed', `${words}. ${more.join(', and ')}.`, seen, lives);
}

/** Whether a stream with heartbeats lived no longer than a silent one behind the same platform; they are cut to a second or so. */
function heartbeatsChangeNothing(seen: readonly Seen[]): boolean {
	const pairs = [...Map.groupBy(seen, ({ platform }) => platform.id).values()].map((own) =>
		(['silent', 'heartbeat'] as const).map((heart) => own.find((each) => each.heart === heart)?.stream),
	);
	return pairs.every(
		([silent, beating]) => silent && beating && beating.fate !== 'lives' && beating.lifeS <= silent.lifeS * 1.1,
	);
}

/** Something limits SSE, but a limit on silence is none on a stream that is not silent. */
function cloudflareSse(figures: Figures): Ruling {
	const seen = seenIn(figures, ofRow('cloudflare'), ['sse']);
	const withHeart = (heart: Heart) => seen.filter((each) => each.heart === heart);
	const fates = (heart: Heart) => withHeart(heart).map(({ stream }) => stream?.fate);
	const [silent, beating] = [fates('silent'), fates('heartbeat')];
	const [quiet, loud] = [survival(withHeart('silent')), survival(withHeart('heartbeat'))];
	const sides = [least(survival(seen)), most(survival(seen))];
	if (silent.length === 0 || beating.length === 0) return notMeasured();
	const words = `SSE behind ${streamsInWords(seen)}`;
	if (beating.every((fate) => fate === 'cut' || fate === 'nothing'))
		return ruling('confirmed', `${words}.`, seen, most(loud));
	if (silent.every((fate) => fate === 'lives')) return rulingOnLives('refuted', `${words}.`, seen, least(quiet));
	// One that heartbeats kept alive past its limits leaves nothing to confirm; without it those not met may all cut.
	const isKept = ({ heart, stream }: Seen) =>
		heart === 'heartbeat' && (stream?.fate === 'lives' || stream?.fate === 'mixed');
	if (!seen.filter(isProved).some(isKept)) return rulingOnLives('depends', `${words}.`, seen, ...sides);
	const isOnSilence =
		unproved(seen).length === 0 && beating.every((fate) => fate === 'lives') && !silent.includes('lives');
	if (!isOnSilence) return ruling('depends', `Not all streams fared alike: ${words}.`, seen, ...sides);
	const note =
		'What its maker documents is a limit on the time between two reads; none on the number of inbound connections is.';
	return ruling('depends', `It depends on whether anything flows: ${words}. ${note}`, seen, least(quiet), most(loud));
}

function apiGatewaySse(figures: Figures): Ruling {
	const seen = seenIn(figures, ofRow('api-gateway'), ['sse'], ['heartbeat']);
	if (seen.length === 0) return notMeasured();
	const carry = seen.filter(({ stream }) => stream !== undefined && stream.fate !== 'nothing');
	const words = streamsInWords(seen);
	const lives = linesOf(seen, 'streamLifeS');
	const [shortest, longest] = [least(lives), most(lives)];
	if (carry.length === 0) return ruling('confirmed', `None of them carried a stream. ${words}.`, seen, longest);
	if (carry.length === seen.length) return ruling('refuted', `All of them carried a stream. ${words}.`, seen, shortest);
	const rest = carry.some(({ platform }) => platform.id.startsWith('api-gateway-rest'))
		? ', and REST APIs can stream now'
		: '';
	return ruling('depends', `It depends on the mode${rest}: ${words}.`, seen, shortest, longest);
}

/** `May kill` is said of some: one is enough, and none refutes it. */
function corporateSse(figures: Figures): Ruling {
	const seen = seenIn(figures, ofRow('corporate'), ['sse']);
	if (seen.length === 0) return notMeasured();
	const kept = seen.some(({ platform, stream }) => platform.buffering === 'full' && stream?.fate === 'nothing');
	const note = kept ? ' What buffers until an answer is complete kills nothing, and lets nothing through either.' : '';
	const because = `SSE behind ${streamsInWords(seen)}.${note}`;
	const fates = seen.map(({ stream }) => stream?.fate);
	const cut = seen.filter(({ stream }) => stream?.fate === 'cut');
	const soonest = least(linesOf(cut, 'streamLifeS'));
	if (cut.length > 0) return ruling('confirmed', because, seen, soonest);
	const [fewest, all] = [least(survival(seen)), most(survival(seen))];
	if (fates.every((fate) => fate === 'lives')) return rulingOnLives('refuted', because, seen, fewest);
	return rulingOnLives('depends', because, seen, fewest, all);
}

const ordinary = (calls: readonly Seen[]): readonly Evidence[] => linesOf(calls, 'callsAfterIdleOkShare');
/** Of the calls behind a platform those that fared worst: the long one, or the ordinary ones. */
const worstCall = (call: Seen): readonly Evidence[] =>
	least([...linesOf([call], 'longCallOkShare'), ...ordinary([call])]);

/** Calls must go through without a session; a stream that a client holds shares the fate of SSE's. */
function streamableWorks(row: Row): (figures: Figures) => Ruling {
	return (figures) => {
		const calls = seenIn(figures, ofRow(row), [streamless], ['silent']);
		const streams = seenIn(figures, ofRow(row), streaming);
		if (calls.length === 0) return notMeasured();
		const failing = calls.filter((seen) => !callsGoThrough(seen));
		const refused = calls.filter(({ callsAfterIdle = 100 }) => callsAfterIdle < 99.5);
		const suffering = streams.filter(({ stream }) => stream !== undefined && stream.fate !== 'lives');
		const said = alike(calls.map((seen) => ({ id: seen.platform.id, words: longCallInWords(seen) })));
		const held = suffering.length === 0 ? '' : ` Held streams that did not live: ${streamFates(suffering)}.`;
		const because = `Without sessions, ${said}.${held}`;
		const seen = [...calls, ...streams];
		const whole = [...ordinary(calls), ...linesOf(calls, 'longCallOkShare'), ...survival(streams)];
		if (refused.length === calls.length) return ruling('refuted', because, seen, most(ordinary(calls)));
		if (failing.length === calls.length) return ruling('refuted', because, seen, most(calls.flatMap(worstCall)));
		if (failing.length === 0 && suffering.length === 0) return rulingOnLives('confirmed', because, seen, least(whole));
		const ofLong = failing.length > 0 && refused.length === 0 ? ' and on how long a call takes' : '';
		const on = failing.length > 0 ? `on which of them it is${ofLong}` : 'on whether clients hold a stream';
		const good = calls.filter((each) => !failing.includes(each));
		const bad = failing.length > 0 ? failing.flatMap(worstCall) : survival(suffering);
		return ruling('depends', `It depends ${on}. ${because}`, seen, most(good.flatMap(worstCall)), least(bad));
	};
}

/** The fates of several targets' streams, each platform once: they agree but for a second or so. */
function streamFates(seen: readonly Seen[]): string {
	return streamsInWords([...new Map(seen.map((each) => [`${each.platform.id} ${each.heart}`, each])).values()]);
}

type LimitKind = 'silence' | 'whole' | 'buffers' | 'none';

/** What of a platform ends a stream that is not silent, or else one that is. */
function kindOf({ buffering, maxDurationMs, idleMs }: PlatformProfile): LimitKind {
	if (buffering) return 'buffers';
	if (maxDurationMs !== undefined) return 'whole';
	return idleMs === undefined ? 'none' : 'silence';
}

/** Of so many platforms of a kind, so many let the stream live. */
function tally(seen: readonly Seen[], kind: LimitKind, heart: Heart): readonly [lives: number, of: number] {
	const own = seen.filter((each) => each.heart === heart && kindOf(each.platform) === kind);
	return [own.filter(({ stream }) => stream?.fate === 'lives').length, own.length];
}

function heartbeatsRescue(figures: Figures): Ruling {
	const all = seenIn(figures, emulatedPlatforms, ['sse']);
	const seen = all.filter(isProved);
	const leftOut = unproved(all);
	const [silent, beating] = [tally(seen, 'silence', 'silent'), tally(seen, 'silence', 'heartbeat')];
	const [whole, buffers] = [tally(seen, 'whole', 'heartbeat'), tally(seen, 'buffers', 'heartbeat')];
	if (beating[1] === 0) return notMeasured();
	const others = whole[1] + buffers[1];
	const because =
		`With a comment every 15 s the stream lived behind ${beating[0]} of ${beating[1]} platforms that limit silence (without: ` +
		`${silent[0]} of ${silent[1]}), behind ${whole[0]} of ${whole[1]} that limit the whole answer, and behind ${buffers[0]} of ` +
		`${buffers[1]} that buffer it.` +
		(leftOut.length === 0 ? '' : ` Left out: ${enumerated(leftOut)}, whose limit on the whole answer was not met.`);
	const ofLimited = survival(
		seen.filter(({ heart, platform }) => heart === 'heartbeat' && kindOf(platform) !== 'none'),
	);
	const [fewest, saved] = [least(ofLimited), most(ofLimited)];
	if (beating[0] === beating[1] && whole[0] + buffers[0] === others) return ruling('confirmed', because, seen, fewest);
	if (beating[0] <= silent[0]) return ruling('refuted', because, seen, fewest);
	const on = beating[0] === beating[1] ? 'It depends on what the limit counts. ' : '';
	return ruling('depends', on + because, seen, saved, fewest);
}

function shortLived(figures: Figures): Ruling {
	// The control, with nothing in between, is none of them.
	const between = emulatedPlatforms.filter((platform) => kindOf(platform) !== 'none');
	const seen = seenIn(figures, between, ['sse'], ['silent']).filter(isProved);
	if (seen.length === 0) return notMeasured();
	const cut = seen.filter(({ stream }) => stream?.fate !== 'lives');
	const silently = cut.filter(({ stream }) => stream?.wasSilent).map(({ platform }) => platform.id);
	const deaf = cut.filter(({ stream }) => stream?.fate === 'nothing').length;
	const mixed = cut.filter(({ stream }) => stream?.fate === 'mixed').length;
	const because =
		`A silent stream of SSE did not live behind ${cut.length} of ${seen.length} profiles of platforms that have a limit` +
		`${mixed > 0 ? `, behind ${mixed} of them for some clients only` : ''}` +
		`${deaf > 0 ? `, ${deaf} of which let nothing through at all` : ''}` +
		`${silently.length > 0 ? `; ${enumerated(silently)} cut it without a word` : ''}.`;
	const lines = survival(seen);
	if (cut.length === 0) return ruling('refuted', because, seen, least(lines));
	if (cut.length * 2 <= seen.length) return ruling('depends', because, seen, least(lines), most(lines));
	// More than half of them: so it is the one in the middle that decides.
	const middle = lines.toSorted((a, b) => a.value - b.value).at(Math.ceil(lines.length / 2) - 1);
	return ruling('confirmed', because, seen, middle ? [middle] : []);
}

/** Rows of the article's table of infrastructure, and what is commonly said against it; Lambda's and Cloud Run's stand in `serverless`. */
const claims: readonly JudgedClaim[] = [
	{
		id: 'infrastructure-short-lived',
		text: 'Much of the infrastructure takes it for granted that HTTP connections are short.',
		rule: shortLived,
	},
	{
		id: 'heartbeats-rescue',
		text: 'A heartbeat keeps an SSE stream alive, whatever stands between.',
		rule: heartbeatsRescue,
	},
	{
		id: 'cloud-run-timeout',
		text: 'Cloud Run’s time-out cuts SSE, and can be configured so that a stream lives longer.',
		rule: cloudRunTimeout,
	},
	{ id: 'cloudflare-sse', text: 'Cloudflare limits the connections of SSE.', rule: cloudflareSse },
	{
		id: 'cloudflare-streamable',
		text: 'For Cloudflare Streamable HTTP is plain HTTP, and just works.',
		rule: streamableWorks('cloudflare'),
	},
	{ id: 'api-gateway-sse', text: 'Behind API gateways SSE is often a problem.', rule: apiGatewaySse },
	{
		id: 'api-gateway-streamable',
		text: 'API gateways support Streamable HTTP natively.',
		rule: streamableWorks('api-gateway'),
	},
	{ id: 'corporate-sse', text: 'Corporate proxies may kill the long connections of SSE.', rule: corporateSse },
	{
		id: 'corporate-streamable',
		text: 'Corporate proxies give Streamable HTTP no trouble.',
		rule: streamableWorks('corporate'),
	},
];

/** What they say shows in what becomes of every client behind a platform: two runs of each agree, or it is not clear. */
export const proxyClaims = claims.map((claim) => ({ ...claim, repeats: 2 }));
