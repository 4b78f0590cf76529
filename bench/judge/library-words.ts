import { remedies } from '../model/observed.ts';
import { duration } from '../model/quantity.ts';
import type { Fate, Libraries } from './accounts/libraries.ts';

/** An end within this time of the fault is one at once: what tells of it is the broken connection, and no timer. */
const atOnceMs = 1000;

/** What an application saw in one trial, in words without figures that differ from repeat to repeat. */
export interface LibraryWords {
	readonly whileDown: string;
	readonly afterHeal: string;
	readonly inFlight: string;
	readonly heard: string;
	readonly byItself: string;
	readonly byHand: string;
}

export function libraryWords(seen: Libraries): LibraryWords {
	return {
		whileDown: fateWords(seen.whileDown, 'fail'),
		afterHeal: fateWords(seen.afterHeal, 'fail to the end'),
		inFlight: inFlightWords(seen),
		heard: heardWords(seen),
		byItself: seen.recovered ? 'yes' : 'no',
		byHand: byHandWords(seen),
	};
}

function fateWords({ ok, failed, hangs, errors }: Fate, allFail: string): string {
	const words = [...errors.keys()].join('; ');
	if (hangs > 0) return failed > 0 ? `fail (${words}), then one hangs` : 'hang';
	if (failed === 0) return ok > 0 ? 'succeed' : 'none was made';
	return ok > 0 ? `fail at first (${words}), then succeed` : `${allFail}: ${words}`;
}

function inFlightWords({ inFlight, library }: Libraries): string {
	if (!inFlight) return 'none was in flight';
	const { ended, afterMs, error = '' } = inFlight;
	const time = duration(Math.round(afterMs / 1000) * 1000);
	if (ended === 'ok') return `is answered after ${time}`;
	if (ended === 'failed') return afterMs < atOnceMs ? `fails at once: ${error}` : `fails after ${time}: ${error}`;
	const limit = library ? `; the library’s own limit is ${duration(library.callTimeoutMs)}` : '';
	return `hangs to the end, with neither answer nor error${limit}`;
}

function heardWords({ heard }: Libraries): string {
	const errors = [...heard.onerror];
	const times = errors.reduce((all, [, count]) => all + count, 0);
	const ends = [...heard.ends.keys()].join('; ');
	const texts = errors.map(([text]) => text);
	// Of two, chance decides which comes first.
	const said = texts.length > 2 ? `first ${texts[0]}; last ${texts.at(-1)}` : texts.sort().join('; ');
	const told = times === 0 ? 'no onerror' : `onerror ${times === 1 ? 'once' : `${times} times`} (${said})`;
	return `${told}; ${ends === '' ? 'no onclose' : ends}`;
}

function byHandWords({ recovered, remedy, remedies: tried }: Libraries): string {
	if (recovered) return 'not needed';
	if (!remedy)
		return tried.length === 0 ? 'not tried' : `not by ${tried.map((each) => remedies[each.remedy]).join(', nor by ')}`;
	const vain = tried.filter(({ ended }) => ended !== 'ok').map((each) => remedies[each.remedy]);
	return `${remedies[remedy.remedy]}${vain.length > 0 ? `; not by: ${vain.join(', ')}` : ''}`;
}
