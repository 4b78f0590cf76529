import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import type { ProxyName } from '../bench/model/path.ts';
import { quantity, range } from '../bench/model/quantity.ts';
import type { JudgedClaim } from '../bench/model/scenario.ts';
import type { Arrival } from '../bench/model/target.ts';
import { arrivals, caseIdOf, type Way, ways } from './balancing-cases.ts';
import { rulingsOn } from './words.ts';

export const instances = 3;
const armOf = (base: string): string => `${base}/${instances}-processes`;

/** What one way of balancing came to for one target, behind one proxy, with clients coming in one manner. */
interface Cell {
	readonly base: string;
	readonly way: Way;
	readonly by: ProxyName;
	readonly arrival: Arrival;
	/** Share of clients that were served at first try, and of calls that were answered before anything died. */
	readonly first: number;
	readonly before: number;
	/** Calls without an answer since the death; of them those that the death cut, and clients that lost their session. */
	readonly notOk: number;
	readonly cut: number;
	/** Undefined where not enough clients were served that it could be said. */
	readonly lost: number | undefined;
	readonly imbalance: number | undefined;
	evidence(measure: MeasureName): Evidence[];
}

/** Every cell of a target that was measured; those of some ways only, where they are named. */
function cellsOf(all: Figures, base: string, of: readonly Way[]): readonly Cell[] {
	const arm = armOf(base);
	return of.flatMap((way) =>
		way.by.flatMap((by) =>
			arrivals.flatMap((arrival): Cell[] => {
				const figures = all.in(caseIdOf(way, by, arrival));
				const value = (measure: MeasureName) => figures.estimate(arm, measure)?.value;
				const [first, before] = [value('firstTryShare'), value('okBeforeShare')];
				const [notOk, cut, lost] = [value('callsNotOkAfter'), value('callsCutAfter'), value('lostAfterShare')];
				if (first === undefined || before === undefined) return [];
				if (notOk === undefined || cut === undefined) return [];
				const found = { first, before, notOk, cut, lost, imbalance: value('imbalance') };
				const evidence = (measure: MeasureName) => figures.evidence(arm, measure);
				return [{ base, way, by, arrival, ...found, evidence }];
			}),
		),
	);
}

const ofKind = (...kinds: readonly Way['kind'][]) => ways.filter(({ kind }) => kinds.includes(kind));
const named = (id: string) => ways.filter((way) => way.id === id);

/** One client of some hundred may have met a machine that stood still. */
const servedFrom = 99;
const works = ({ first, before }: Cell): boolean => first >= servedFrom && before >= servedFrom;
const failsBelow = 90;
const fails = (cell: Cell): boolean => servedShare(cell) < failsBelow;
const evidenceOf = (cells: readonly Cell[], measure: MeasureName) => cells.flatMap((cell) => cell.evidence(measure));

/** The smaller of the two shares that say whether clients are served. */
const servedShare = ({ first, before }: Cell): number => Math.min(first, before);

/** The cells, those whose clients are served worst first. */
const ranked = (cells: readonly Cell[]) => cells.toSorted((a, b) => servedShare(a) - servedShare(b));
/** The share that decides whether a cell serves its clients: the first try, but where later calls alone fail. */
const deciding = (cell: Cell | undefined): readonly Evidence[] =>
	cell?.evidence(cell.first >= servedFrom && cell.before < cell.first ? 'okBeforeShare' : 'firstTryShare') ?? [];
const worst = (cells: readonly Cell[]) => deciding(ranked(cells)[0]);
const best = (cells: readonly Cell[]) => deciding(ranked(cells).at(-1));

/** The lowest and the highest of these shares. */
const span = (values: readonly number[]): string => range(Math.min(...values), Math.max(...values), '%');

/** The share of clients that were served at first try; and where that is not what fails, what became of the calls. */
function firstTries(cells: readonly Cell[]): string {
	const failing = cells.filter((cell) => cell.first >= servedFrom && !works(cell)).map(({ before }) => before);
	const calls = failing.length > 0 ? ` (calls answered where that was all: ${span(failing)})` : '';
	return span(cells.map(({ first }) => first)) + calls;
}

/** The ways that work wherever they were tried. */
function workingWays(cells: readonly Cell[]): readonly Way[] {
	const byWay = Map.groupBy(cells, ({ way }) => way);
	return [...byWay].flatMap(([way, own]) => (own.every(works) ? [way] : []));
}

const titles = (of: readonly Way[]): string => of.map(({ title }) => title).join('; ');

function undecided(what: string, evidence: readonly Evidence[]): Ruling {
	return { verdict: 'inconclusive', because: `Not measured: ${what}.`, evidence };
}

/** Ways that put all clients, or nearly all, on one server; of those by address the reason is known. */
function crowdingInWords(cells: readonly Cell[]): string[] {
	const crowded = cells.filter(({ imbalance = 0 }) => imbalance > instances - 0.5);
	return [...Map.groupBy(crowded, ({ way }) => way)].map(([way, own]) => {
		const isAll = own.every(({ imbalance = 0 }) => imbalance >= instances - 0.01);
		const shared = way.balance === 'source_address' ? ', which share an address,' : '';
		return `${way.title} put ${isAll ? 'all' : 'most'} clients${shared} on one server.`;
	});
}

function sseNeedsSticky(all: Figures): Ruling {
	const even = cellsOf(all, 'sse', ofKind('even'));
	const sticky = cellsOf(all, 'sse', ofKind('sticky'));
	const evidence = evidenceOf([...even, ...sticky], 'firstTryShare');
	if (even.length === 0 || sticky.length === 0) return undecided('SSE with and without affinity', evidence);
	const working = workingWays(sticky);
	const others = sticky.filter(({ way }) => !working.includes(way));
	const because = [
		`Where requests were spread without looking at them, ${firstTries(even)} of SSE clients were served at first try.`,
		working.length > 0
			? `Everywhere served: ${titles(working)}.`
			: 'Nothing that is meant to keep clients in place served them everywhere.',
		...(others.length > 0
			? [
					`Not everywhere, though meant to keep clients in place: ${titles([...new Set(others.map(({ way }) => way))])}; with these ${firstTries(others)} of the clients were served at first try.`,
				]
			: []),
		...crowdingInWords(sticky.filter(({ way }) => working.includes(way))),
	].join(' ');
	const by = rulingsOn(evidence);
	if (even.every(works)) return by('refuted', because, worst(even));
	const kept = sticky.filter(({ way }) => working.includes(way));
	const shown = spreadOut(kept).length > 0 ? spreadOut(kept) : kept;
	if (even.every(fails) && kept.length > 0) return by('confirmed', because, best(even), worst(shown));
	return even.some(works) ? by('depends', because, worst(even), best(even)) : by('inconclusive', because, best(even));
}

/** The servers of Streamable HTTP, by what they keep between requests. */
const keepNothing = ['stateless', 'modern-listen'] as const;

function anyServer(all: Figures): Ruling {
	const free = keepNothing.flatMap((base) => cellsOf(all, base, ofKind('even')));
	const held = cellsOf(all, 'stateful', ofKind('even'));
	const shared = cellsOf(all, 'stateful', ofKind('store'));
	const evidence = evidenceOf([...free, ...held, ...shared], 'firstTryShare');
	if (free.length === 0 || held.length === 0) return undecided('servers with and without sessions', evidence);
	const because = [
		`Spread without affinity, ${firstTries(free)} of the clients were served at first try by servers without sessions (${[...new Set(free.map(({ base }) => base))].join(', ')}),`,
		`${firstTries(held)} by those that keep sessions in memory`,
		...(shared.length > 0 ? [`and ${firstTries(shared)} where they keep them in Redis`] : []),
	].join(' ');
	const groups = [free, held, ...(shared.length > 0 ? [shared] : [])];
	const [good, bad] = [groups.filter((cells) => cells.every(works)), groups.filter((cells) => cells.every(fails))];
	const by = rulingsOn(evidence);
	const said = `${because}.`;
	if (good.length === groups.length) return by('confirmed', said, worst(good.flat()));
	if (bad.length === groups.length) return by('refuted', said, best(bad.flat()));
	if (good.length > 0 && bad.length > 0) return by('depends', said, worst(good.flat()), best(bad.flat()));
	return by('inconclusive', said, worst(groups.filter((cells) => !good.includes(cells)).flat()));
}

/** Calls lost since the death that the death did not cut itself, in a trial: half a call is one in some repeat. */
const lostLater = ({ notOk, cut }: Cell): number => Math.max(0, notOk - cut);
const someCalls = 0.5;
/** In a single cell, on average over its repeats. */
const oneCall = 1;
const rounded = (calls: number): number => Math.round(calls * 10) / 10;

/** What became of the sessions, where that was measured. */
function lossesInWords(cells: readonly Cell[]): string[] {
	const lost = cells.flatMap((cell) => cell.lost ?? []);
	if (lost.length === 0) return [];
	return [`${span(lost)} of the clients lost their session or stream`];
}

/** A way to serve clients at all: only there is it worth asking what a death costs. */
interface Setting {
	readonly words: string;
	readonly cells: readonly Cell[];
}

/** Servers of one setting lose different things: those that hold a stream may lose it, and their figures must not hide in a mean. */
function byServer({ words, cells }: Setting): readonly Setting[] {
	const servers = [...Map.groupBy(cells, ({ base }) => base)];
	return servers.length < 2
		? [{ words, cells }]
		: servers.map(([base, own]) => ({ words: `${words} (${base})`, cells: own }));
}

function nextRequestElsewhere(all: Figures): Ruling {
	const serving = (base: string, of: readonly Way[]) => cellsOf(all, base, of).filter(works);
	const tried: readonly Setting[] = [
		{ words: 'without sessions', cells: keepNothing.flatMap((base) => serving(base, ofKind('even'))) },
		{ words: 'sessions in Redis', cells: serving('stateful', ofKind('store')) },
		{ words: 'sessions in memory, clients kept in place', cells: serving('stateful', ofKind('sticky')) },
		{ words: 'SSE, clients kept in place', cells: serving('sse', ofKind('sticky')) },
	];
	const settings = tried.filter(({ cells }) => cells.length > 0);
	const by = rulingsOn(settings.flatMap(({ cells }) => cells.flatMap(afterDeath)));
	if (settings.length < 2) {
		const because = `What a death costs is asked where clients were served before it: in ${settings.length} of ${tried.length} settings they were.`;
		return by('inconclusive', because);
	}
	const mean = (cells: readonly Cell[], of: (cell: Cell) => number) =>
		cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length;
	const sentences = settings.flatMap(byServer).map(({ words, cells }) => {
		const calls = `${quantity(
			mean(cells, ({ cut }) => cut),
			'',
		)} calls cut and ${quantity(rounded(mean(cells, lostLater)), '')} later ones lost`;
		return `${words}: ${[calls, ...lossesInWords(cells)].join(', ')}`;
	});
	const because = `For ${all.sessions} clients and the death of one server in ${instances}, on average: ${sentences.join('; ')}.`;
	// One proxy or way that loses calls is harm, though others of the setting lose none.
	const isHarmed = ({ cells }: Setting) =>
		mean(cells, lostLater) >= someCalls || cells.some((cell) => lostLater(cell) >= oneCall);
	// Of each setting the cell that lost most, for that is what harm is told by; the settings by what theirs lost.
	const byLoss = settings
		.map((setting) => ({ harmed: isHarmed(setting), worst: mostLost(setting.cells) }))
		.toSorted((a, b) => lossOf(a.worst) - lossOf(b.worst));
	const [harmed, spared] = [byLoss.filter((each) => each.harmed), byLoss.filter((each) => !each.harmed)];
	const lines = (one: (typeof byLoss)[number] | undefined) => (one?.worst ? afterDeath(one.worst) : []);
	if (harmed.length === 0) return by('confirmed', because, lines(spared.at(-1)));
	if (spared.length === 0) return by('refuted', because, lines(harmed[0]));
	return by('depends', because, lines(harmed.at(-1)), lines(spared[0]));
}

const mostLost = (cells: readonly Cell[]) => cells.toSorted((a, b) => lostLater(b) - lostLater(a))[0];
const lossOf = (cell: Cell | undefined) => (cell ? lostLater(cell) : 0);
/** Calls without an answer since the death, and those of them that it cut itself: their difference decides. */
const afterDeath = (cell: Cell) => [...cell.evidence('callsNotOkAfter'), ...cell.evidence('callsCutAfter')];

function hashIsSticky(all: Figures): Ruling {
	const cells = ['sse', 'stateful'].flatMap((base) => cellsOf(all, base, named('session-hash')));
	const evidence = evidenceOf(cells, 'firstTryShare');
	if (cells.length === 0) return undecided('a hash of the session’s id', evidence);
	const found = `By a hash of the session’s id ${firstTries(cells)} of the clients were served at first try`;
	const by = rulingsOn(evidence);
	if (cells.every(works)) return by('confirmed', `${found}.`, worst(cells));
	if (!cells.every(fails)) return by('inconclusive', `${found}.`, worst(cells), best(cells));
	// The intervals of two repeats reach from nothing to all: that it fails in every setting is what decides. The reason is the protocol's, and explains these figures only.
	const because = `${found}, in each of ${cells.length} settings below ${failsBelow} %: the server makes the id, so the request that begins a session carries none, and the hash cannot lead it to where later ones go.`;
	return by('refuted', because, best(cells));
}

/** Without those in which all clients are on one server: that is no way to use several. */
function spreadOut(cells: readonly Cell[]): readonly Cell[] {
	return cells.filter(({ imbalance = instances }) => imbalance < instances - 0.5);
}

/** Whether more servers carry more clients: any way to spread them under which everybody is served will do. */
function onlyABiggerServer(all: Figures): Ruling {
	const cells = cellsOf(all, 'sse', ofKind('even', 'sticky'));
	const evidence = evidenceOf(cells, 'firstTryShare');
	if (cells.length === 0) return undecided('SSE on several servers', evidence);
	const by = rulingsOn(evidence);
	const spread = spreadOut(cells);
	const ways = workingWays(cells).filter((way) => spread.some((cell) => cell.way === way));
	if (ways.length > 0) {
		const because = `With ${instances} servers every SSE client was served, and the clients were spread over them, by ${titles(ways)}.`;
		return by('refuted', because, worst(spread.filter(({ way }) => ways.includes(way))));
	}
	const because = `No way to spread clients over ${instances} servers served all of SSE’s.`;
	return by(cells.every(fails) ? 'confirmed' : 'inconclusive', because, best(cells));
}

/** What each claim says shows in some forty cells, with several clients in each: two runs of each cell agree, or the claim is not clear. */
const repeats = 2;

export const balancingClaims: readonly JudgedClaim[] = [
	{
		id: 'sse-sticky-sessions',
		text: 'With SSE the load balancer must keep each client on the same server.',
		rule: sseNeedsSticky,
		repeats,
	},
	{
		id: 'streamable-any-server',
		text: 'Streamable HTTP needs no affinity: any server can handle any request.',
		rule: anyServer,
		repeats,
	},
	{
		id: 'death-goes-elsewhere',
		text: 'When a server dies, the next request simply goes to another one.',
		rule: nextRequestElsewhere,
		repeats,
	},
	{
		id: 'session-hash-is-sticky',
		text: 'A hash of the session’s id keeps a client with its server.',
		rule: hashIsSticky,
		repeats,
	},
	{
		id: 'sse-scales-vertically',
		text: 'SSE scales by a bigger server only, not by more of them.',
		rule: onlyABiggerServer,
		repeats,
	},
];
