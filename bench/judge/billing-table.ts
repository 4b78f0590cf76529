import { mean as meanOf } from 'simple-statistics';
import { type PriceList, prices } from '../model/prices.ts';
import { quantity, threeDigits } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import { worksFrom } from '../model/serverless-measures.ts';
import { type Bill, perInstance, usdOfMany } from './accounts/billing.ts';
import { answersTooFew } from './figures.ts';
import type { JudgedTrial } from './library-table.ts';

/** Hours of a month, as platforms count them. */
const monthHours = 730;
const manySessions = 1000;

/**
 * What an hour of a session costs on a serverless platform: a row for each case and target, with the arithmetic. Undefined where
 * nothing was billed.
 */
export function billingTable(
	run: RunRecord,
	scenario: string,
	trials: readonly JudgedTrial[],
): ReportTable | undefined {
	const billed = trials.filter(({ facts }) => facts.billing.bill !== undefined);
	if (billed.length === 0) return undefined;
	const cases = run.scenarios.find(({ id }) => id === scenario)?.cases ?? [];
	const rows = (cases.length === 0 ? [undefined] : cases).flatMap((part) =>
		run.targets.flatMap(({ id }) => {
			const isMine = ({ result }: JudgedTrial) => result.case === part?.id && result.target === id;
			const mine = billed.filter(isMine);
			return mine.length === 0 ? [] : [[part?.title ?? '', id, ...rowOf(mine, sharesOf(trials.filter(isMine)))]];
		}),
	);
	const bills = billed.map(({ facts }) => facts.billing.bill as Bill);
	const factors = [...new Set(bills.map(({ factor }) => factor))].map((factor) => `÷${factor}`);
	return {
		title: `What an hour costs (emulated limits, time ${factors.join(' or ')})`,
		note: noteOf(bills),
		head: [
			'case',
			'target',
			'answered',
			'invocations',
			'billed s',
			'GB-s',
			'$ an hour',
			`$ a month, ${manySessions} sessions`,
			'the hour’s arithmetic',
		],
		rows,
	};
}

function noteOf(bills: readonly Bill[]): string {
	const lists = [...new Set(bills.map(({ platform }) => platform))].map((platform): PriceList => prices[platform]);
	const listed = lists.map(
		({ title, region, source, checked, note }) => `${title}: ${region}, ${source}, ${checked}. ${note}`,
	);
	return [
		'Emulated limits, list prices, no free tier, no traffic; a process has 0.5 GB. All but the month is for an hour of one session that ' +
			'calls once a minute: held streams count in compressed time × factor, calls and starts in the real time of this machine. A month is ' +
			`${monthHours} hours in which ${manySessions} sessions stay open; where less than ${worksFrom} % of the calls were answered there is no price.`,
		...listed,
		`Where an instance of Cloud Run holds streams, the month is that of as many instances as ${manySessions} streams need at ` +
			`${perInstance} each; its figure for an hour shares an instance between the few sessions of the trial. Without streams the month is the most it can be, as if no session’s calls shared an instance.`,
	].join(' ');
}

/** Of all repeats, in percent, as the figures of the scenario have them: one that was not billed answered calls, too. */
function sharesOf(trials: readonly JudgedTrial[]): number[] {
	return trials.flatMap(({ facts }) => facts.outcomes.measures().callsOkShare?.value ?? []);
}

/** Means over the repeats. */
function rowOf(trials: readonly JudgedTrial[], shares: readonly number[]): string[] {
	const bills = trials.map(({ facts }) => facts.billing.bill as Bill);
	const mean = (of: (bill: Bill) => number): number => meanOf(bills.map(of));
	const [first] = bills;
	if (!first) return [];
	const over: Bill = {
		...first,
		requests: mean(({ requests }) => requests),
		heldS: mean(({ heldS }) => heldS),
		restS: mean(({ restS }) => restS),
		usd: mean(({ usd }) => usd),
		mostHolding: Math.max(...bills.map(({ mostHolding }) => mostHolding)),
	};
	const billedS = over.heldS + over.restS;
	// What fails has no price: its clients try again as often as the trial lets them.
	const bounded = (text: string) => (bills.some(({ isCapped }) => isCapped) && text !== '—' ? `≥\u202f${text}` : text);
	const price = answersTooFew('usdPer1000SessionHours', shares)
		? ['—', '—', '—']
		: [bounded(threeDigits(over.usd)), bounded(monthOf(over)), arithmetic(over)];
	return [
		shares.length === 0 ? '—' : quantity(meanOf([...shares]), '%'),
		threeDigits(over.requests),
		bounded(used(billedS)),
		bounded(used(billedS * prices[over.platform].memoryGb)),
		...price,
	];
}

/** A zero in a table reads as what was rounded to it. */
function used(amount: number): string {
	return amount > 0 ? threeDigits(amount) : 'nothing';
}

function arithmetic({ platform, heldS, restS, requests, usd }: Bill): string {
	const { seconds, perMillionRequests }: PriceList = prices[platform];
	const each = seconds.map(({ amount, of, price }) => `${amount} ${of} × $${price.usd.toFixed(10).replace(/0+$/, '')}`);
	const rate = each.length > 1 ? `(${each.join(' + ')})` : each.join('');
	const times = [
		...(heldS > 0 ? [`${threeDigits(heldS)} s held`] : []),
		...(restS > 0 ? [`${threeDigits(restS)} s`] : []),
	];
	const time = times.length > 1 ? `(${times.join(' + ')})` : (times[0] ?? 'nothing');
	return `${time} × ${rate} + ${threeDigits(requests)} × $${perMillionRequests.toFixed(2)} ÷ 10⁶ = $${threeDigits(usd)}`;
}

/** What many sessions cost that stay open for a month: the most, where their calls would share instances of Cloud Run. */
function monthOf(bill: Bill): string {
	const isMost = bill.platform === 'cloud-run' && bill.heldS === 0;
	return `${isMost ? '≤ ' : ''}${threeDigits(usdOfMany(bill) * monthHours)}`;
}
