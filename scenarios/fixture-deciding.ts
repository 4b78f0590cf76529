import assert from 'node:assert/strict';
import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import { worksFrom } from '../bench/model/serverless-measures.ts';
import { allFromShare } from '../bench/model/survival.ts';
import { nothing } from '../bench/model/vanish-verdict.ts';
import { caseIdOf, ways } from './balancing-cases.ts';

/** What surrounds a deciding figure: all that decide with it, and how many clients there were. */
interface Beside {
	readonly lines: readonly Evidence[];
	readonly sessions: number;
}

/** Whether a figure, taken by itself, speaks for the claim. */
type SpeaksFor = (line: Evidence, beside: Beside) => boolean;

const any: SpeaksFor = ({ value }) => value > 0;
const none: SpeaksFor = ({ value }) => value === 0;
const from =
	(limit: number): SpeaksFor =>
	({ value }) =>
		value >= limit;
const below =
	(limit: number): SpeaksFor =>
	({ value }) =>
		value < limit;
const kept: SpeaksFor = ({ measure, value }) => value > (measure === 'fdsPerClient' ? 0.5 : 0.15);
const given: SpeaksFor = ({ measure, value, ci }) => (ci?.[0] ?? value) <= nothing[measure as keyof typeof nothing];
const lives = from(allFromShare);
const ratioOf = ({ against }: Evidence): number => against?.ratio ?? Number.NaN;

const servedFrom = 99;
const evenCases = ways
	.filter(({ kind }) => kind === 'even')
	.flatMap((way) => way.by.flatMap((by) => [caseIdOf(way, by, 'in-turn'), caseIdOf(way, by, 'at-once')]));

/** Calls lost since a death but for those that it cut itself; both figures of a place stand beside each other. */
function lostLater({ case: inCase, target }: Evidence, { lines }: Beside): number {
	const of = (measure: string) =>
		lines.find((each) => each.measure === measure && each.case === inCase && each.target === target)?.value ??
		Number.NaN;
	return of('callsNotOkAfter') - of('callsCutAfter');
}

/** Said once more than in the rules, and otherwise: by the meaning of each claim, of single figures. */
const speaksFor: Readonly<Record<string, SpeaksFor>> = {
	'idle-descriptors': ({ target, value }) => Math.abs(value - (target === 'sse' ? 1 : 0)) <= 0.02,
	'idle-memory-sse': ({ value }) => value >= 0.5 && value <= 2,
	'idle-memory-streamable': ({ value }) => value <= 0.15,
	'sse-keeps-state': kept,
	'streamable-without-state': (line, beside) => !kept(line, beside),
	channels: ({ target, value }) => value > 1.5 === (target === 'sse'),
	'call-cost': (line) => Math.abs(ratioOf(line) - 1) <= 0.1,
	'capacity-streamable': (line) => ratioOf(line) > 1.1,
	'restart-sse': ({ value }, { sessions }) => value >= sessions * 0.999,
	'restart-streamable': none,
	'sse-cannot-restart': any,
	'deploy-any-time': none,
	'push-sse': (line) => ratioOf(line) > 1.25,
	'push-streamable': (line) => (line.against ? ratioOf(line) <= 1.25 : line.value === 0),
	'sse-sticky-sessions': ({ case: id = '', value }) =>
		evenCases.includes(id) ? value < servedFrom : value >= servedFrom,
	'streamable-any-server': from(servedFrom),
	'death-goes-elsewhere': (line, beside) => lostLater(line, beside) < 1,
	'session-hash-is-sticky': from(servedFrom),
	'sse-scales-vertically': below(servedFrom),
	'auth-eventsource-header': none,
	'auth-sse-header': none,
	'auth-url-token': any,
	'auth-cookies': none,
	'auth-streamable-header': ({ measure, value }) => value > 0 === (measure === 'headersByFetch'),
	'auth-eventsource-simple': any,
	'auth-streamable': none,
	'auth-sse': any,
	'infrastructure-short-lived': below(allFromShare),
	'heartbeats-rescue': lives,
	// The longest setting against the default; alone the default decides where its streams lived.
	'cloud-run-timeout': (_, { lines: [one, other] }) =>
		one !== undefined && other !== undefined && one.value !== other.value,
	// Where some of the streams were cut it is the platform that cut most that speaks for it.
	'cloudflare-sse': ({ value }, { lines }) => value < allFromShare && lines.every((other) => other.value >= value),
	'api-gateway-sse': none,
	'corporate-sse': ({ measure, value }) => measure === 'streamLifeS' || value < allFromShare,
	'cloudflare-streamable': lives,
	'api-gateway-streamable': lives,
	'corporate-streamable': lives,
	// The time-outs speak against the reason that it gives: that calls fail for them is not shown.
	'lambda-sse': ({ measure, value }) => measure === 'callsOkShare' && value < worksFrom,
	'lambda-streamable': from(worksFrom),
	'cloud-run-sse': ({ case: id, value }) => value < worksFrom === (id === 'default-timeout'),
	'cloud-run-streamable': from(worksFrom),
	'client-libraries-streamable': any,
	'client-libraries-sse': any,
	'unread-unbounded': ({ measure }) => measure === 'unreadHeldShare',
	'unread-hurts-others': from(2),
	'large-answers-block': from(2),
	'cancel-stops': from(90),
	'disconnected-runs-on': ({ measure }) => measure === 'closedRanOnShare',
	'disconnected-runs-on-sdk': ({ measure }) => measure === 'closedRanOnShare',
	resume: ({ case: id, value }) => value > 0 === (id === 'plain'),
	'vanished-given-back': given,
	'vanished-stateless': given,
	'vanished-sdk': given,
	'vanished-listen': (line, beside) => (line.measure === 'newcomersRefused' ? line.value <= 2 : given(line, beside)),
};

/** The claims of which it is known what a figure says of them. */
export const claimsThatFiguresDecide = Object.keys(speaksFor);

/**
 * A decided claim has figures that decide it: all for it where it is confirmed, all against it where it is refuted, both where it
 * depends.
 */
export function assertDecided(
	id: string,
	{ verdict, evidence }: Ruling,
	{ sessions }: Pick<Figures, 'sessions'>,
): void {
	if (verdict === 'inconclusive') return;
	const lines = evidence.filter(({ decides }) => decides);
	const said = JSON.stringify(lines);
	const votes = lines.map((line) => speaksFor[id]?.(line, { lines, sessions }));
	assert.ok(lines.length > 0, `${id}: some figure decides`);
	assert.deepEqual(evidence.slice(0, lines.length), lines, `${id}: what decides comes first`);
	const expected = { confirmed: [true], refuted: [false], depends: [false, true] }[verdict];
	const seen = new Set(votes);
	// What speaks against its reason is that no time-outs were counted, and that is no figure.
	if (id === 'lambda-sse' && verdict === 'depends') seen.add(false);
	assert.deepEqual([...seen].sort(), expected, `${id} is ${verdict} by ${said}`);
}
