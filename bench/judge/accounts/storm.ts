import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { emptyHistogram } from './latency.ts';

const bucketUs = 250_000;
/** A quarter of a second is calm when no more than this share of the clients tries to connect in it. */
const calmShare = 0.01;

/** A call of a client that had its session back, or had never lost it. */
interface InnocentCall {
	readonly dueUs: number;
	readonly latencyUs: number;
	readonly ok: boolean;
}

/** How long clients go on connecting after a fault, and what those suffer whose session is open meanwhile. */
export class Storm implements Account {
	#appliedUs: number | undefined;
	#healedUs: number | undefined;
	#connects = 0;
	readonly #clients = new Set<number>();
	/** Since when the session of a client has been open. */
	readonly #openSinceUs = new Map<number, number>();
	/** Attempts by quarter of a second since the heal. */
	readonly #attempts = new Map<number, number>();
	#innocent: InnocentCall[] = [];

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'fault':
				if (event.change === 'applied') this.#appliedUs ??= event.at;
				else this.#heal(event.at);
				return;
			case 'session':
				this.#clients.add(event.session);
				if (event.change === 'opened' || event.change === 'reopened') this.#openSinceUs.set(event.session, event.at);
				else this.#openSinceUs.delete(event.session);
				return;
			case 'connect':
				this.#connect(event.at);
				return;
			case 'call':
				if (event.phase === 'measure') this.#call(event);
		}
	}

	measures(): Measures {
		if (this.#appliedUs === undefined || this.#healedUs === undefined) return {};
		const calmUs = this.#calmUs();
		const during = this.#innocent.filter(({ dueUs }) => dueUs <= calmUs);
		const latency = emptyHistogram();
		for (const { ok, latencyUs } of during) if (ok) latency.recordValue(Math.max(0, latencyUs));
		return {
			...measured('connectsAfterFault', this.#connects),
			...measured('calmMs', (calmUs - this.#healedUs) / 1000),
			...measured('innocentFailed', during.filter(({ ok }) => !ok).length),
			// The rarest in a hundred cannot be told from fewer calls than that.
			...(latency.totalCount >= 100 ? measured('innocentP99Us', latency.getValueAtPercentile(99)) : {}),
		};
	}

	/** Of several faults the last heal counts: what came before belongs to the outage. */
	#heal(at: number): void {
		this.#healedUs = at;
		this.#attempts.clear();
		this.#innocent = [];
	}

	#connect(at: number): void {
		if (this.#appliedUs === undefined) return;
		this.#connects++;
		if (this.#healedUs === undefined) return;
		const bucket = Math.floor((at - this.#healedUs) / bucketUs);
		this.#attempts.set(bucket, (this.#attempts.get(bucket) ?? 0) + 1);
	}

	#call({ session, dueUs, at, outcome }: CallEvent): void {
		if (this.#healedUs === undefined || dueUs < this.#healedUs) return;
		const openSinceUs = this.#openSinceUs.get(session);
		if (openSinceUs === undefined || openSinceUs > dueUs) return;
		this.#innocent.push({ dueUs, latencyUs: at - dueUs, ok: outcome.is === 'ok' });
	}

	#calmUs(): number {
		const most = this.#clients.size * calmShare;
		const last = [...this.#attempts].reduce(
			(late, [bucket, count]) => (count > most ? Math.max(late, bucket) : late),
			-1,
		);
		return (this.#healedUs as number) + (last + 1) * bucketUs;
	}
}
