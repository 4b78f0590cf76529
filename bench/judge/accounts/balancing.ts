import type { CallEvent, FaultEvent, HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** With fewer calls for each process it would be chance where they ran. */
const fewestCalls = 3;
/** Share of the clients that must be served at first try before it is asked what a death costs them. */
const servedFrom = 0.9;

/** How clients of several processes fare, and what the death of one of them costs. Says nothing of a target of one process. */
export class Balancing implements Account {
	/** Of the target, ready before the first client came. */
	#pids = new Set<number>();
	#starts = false;
	/** Whether the first opening, and the first call, of a client succeeded. */
	readonly #firstOpening = new Map<number, boolean>();
	readonly #firstCall = new Map<number, boolean>();
	/** Calls run before the death, by process. */
	readonly #ran = new Map<number, number>();
	/** When it was killed, when that was seen, and when it was back: between the first two it may still have taken calls. */
	#diedUs: number | undefined;
	#goneUs: number | undefined;
	#backUs: number | undefined;
	readonly #before = { ok: 0, all: 0 };
	readonly #after = { ok: 0, all: 0 };
	#cut = 0;
	readonly #lost = new Set<number>();
	/** When a client was first served after the death. */
	readonly #servedUs = new Map<number, number>();

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'phase':
				this.#starts = event.phase === 'start';
				if (this.#starts) this.#pids = new Set();
				return;
			case 'process':
				if (event.role !== 'target') return;
				if (event.change === 'ready' && this.#starts) this.#pids.add(event.pid);
				if (event.change === 'exited' && this.#isDead) this.#goneUs ??= event.at;
				return;
			case 'session':
				this.#session(event);
				return;
			case 'call':
				this.#call(event);
				return;
			case 'ran':
				if (event.stage === 'done' && this.#diedUs === undefined) {
					this.#ran.set(event.pid, (this.#ran.get(event.pid) ?? 0) + 1);
				}
				return;
			case 'fault':
				this.#fault(event);
		}
	}

	measures(): Measures {
		const instances = this.#pids.size;
		if (instances < 2) return {};
		const counts = this.#ran.values().toArray();
		const mean = counts.reduce((sum, each) => sum + each, 0) / instances;
		const imbalance = mean >= fewestCalls ? Math.max(...counts) / mean : Number.NaN;
		const clients = [...this.#firstOpening.keys()];
		const atFirstTry = clients.filter((client) => this.#firstOpening.get(client) && this.#firstCall.get(client));
		// Who was never served has nothing to lose.
		const isServed = atFirstTry.length >= clients.length * servedFrom;
		return {
			...measured('firstTryShare', percent(atFirstTry.length, clients.length)),
			...measured('imbalance', Math.round(imbalance * 100) / 100),
			...(this.#diedUs !== undefined && this.#ofDeath(this.#diedUs, clients.length)),
			...(this.#diedUs !== undefined && isServed && this.#harm(clients.length)),
		};
	}

	#ofDeath(diedUs: number, clients: number): Measures {
		const times = [...this.#servedUs.values()].sort((a, b) => a - b);
		const most = times[Math.ceil(clients * 0.99) - 1];
		return {
			...measured('okBeforeShare', percent(this.#before.ok, this.#before.all)),
			...measured('callsNotOkAfter', this.#after.all - this.#after.ok),
			...measured('callsCutAfter', this.#cut),
			...measured('servedAfterShare', percent(times.length, clients)),
			...measured('failover99Ms', most === undefined ? Number.NaN : (most - diedUs) / 1000),
		};
	}

	/** What the death cost clients that were served before it. */
	#harm(clients: number): Measures {
		return {
			...measured('okAfterShare', percent(this.#after.ok, this.#after.all)),
			...measured('lostAfterShare', percent(this.#lost.size, clients)),
		};
	}

	#session({ session, change }: SessionEvent): void {
		if (!this.#firstOpening.has(session)) this.#firstOpening.set(session, change === 'opened');
		if (change === 'lost' && this.#isDead) this.#lost.add(session);
	}

	#call({ session, phase, dueUs, sentUs, at, outcome }: CallEvent): void {
		const isOk = outcome.is === 'ok';
		if (!this.#firstCall.has(session)) this.#firstCall.set(session, isOk);
		if (phase !== 'measure') return;
		if (this.#diedUs === undefined) count(this.#before, isOk);
		else if (dueUs < (this.#backUs ?? Number.POSITIVE_INFINITY)) {
			count(this.#after, isOk);
			if (!isOk && sentUs < (this.#goneUs ?? Number.POSITIVE_INFINITY)) this.#cut++;
			if (isOk && dueUs >= this.#diedUs && !this.#servedUs.has(session)) this.#servedUs.set(session, at);
		}
	}

	/** The first death of one process of several. */
	#fault({ at, fault, change }: FaultEvent): void {
		if (fault.kind !== 'crash' || fault.instance === undefined) return;
		if (change === 'applied') this.#diedUs ??= at;
		else this.#backUs ??= at;
	}

	get #isDead(): boolean {
		return this.#diedUs !== undefined && this.#backUs === undefined;
	}
}

function percent(part: number, whole: number): number {
	return (part / whole) * 100;
}

function count(of: { ok: number; all: number }, isOk: boolean): void {
	of.all++;
	if (isOk) of.ok++;
}
