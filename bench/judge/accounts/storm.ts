import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

const bucketUs = 250_000;
/** A quarter of a second is calm when no more than this share of the clients tries to connect in it. */
const calmShare = 0.01;

/** Since when the session of a client has been open, or was; and the time before that. */
interface OpenSpan {
	readonly now: Span;
	readonly before?: Span;
}

interface Span {
	readonly fromUs: number;
	readonly toUs: number;
}

/** How long clients go on connecting after a fault, and what those suffer whose session is open meanwhile. */
export class Storm implements Account {
	#appliedUs: number | undefined;
	#healedUs: number | undefined;
	#connects = 0;
	readonly #clients = new Set<number>();
	/** The last time that the session of a client was open, and for how long. */
	readonly #spans = new Map<number, OpenSpan>();
	#drainUs = Number.POSITIVE_INFINITY;
	/** Attempts by quarter of a second since the heal. */
	readonly #attempts = new Map<number, number>();
	/** Calls that got no good answer, of clients whose session was open, by quarter of a second in which they were due. */
	readonly #innocent = new Map<number, number>();

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'fault':
				if (event.change === 'applied') this.#appliedUs ??= event.at;
				else this.#heal(event.at);
				return;
			case 'session':
				this.#clients.add(event.session);
				if (event.change === 'opened' || event.change === 'reopened') this.#opened(event.session, event.at);
				else if (event.change === 'lost') this.#lost(event.session, event.at);
				return;
			case 'phase':
				if (event.phase === 'drain') this.#drainUs = event.at;
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
		// Who still connects at the end has not been seen calm.
		const isCalm = calmUs + bucketUs <= this.#drainUs;
		return {
			...measured('connectsAfterFault', this.#connects),
			...(isCalm ? measured('calmMs', (calmUs - this.#healedUs) / 1000) : {}),
			...measured('innocentFailed', this.#failedUntil(calmUs)),
		};
	}

	/** Of several faults the last heal counts: what came before belongs to the outage. */
	#heal(at: number): void {
		this.#healedUs = at;
		this.#attempts.clear();
		this.#innocent.clear();
	}

	#connect(at: number): void {
		if (this.#appliedUs === undefined || at > this.#drainUs) return;
		this.#connects++;
		if (this.#healedUs === undefined) return;
		const bucket = Math.floor((at - this.#healedUs) / bucketUs);
		this.#attempts.set(bucket, (this.#attempts.get(bucket) ?? 0) + 1);
	}

	#call({ session, dueUs, outcome }: CallEvent): void {
		if (this.#healedUs === undefined || dueUs < this.#healedUs || outcome.is === 'ok') return;
		if (!this.#wasOpen(session, dueUs)) return;
		const bucket = Math.floor((dueUs - this.#healedUs) / bucketUs);
		this.#innocent.set(bucket, (this.#innocent.get(bucket) ?? 0) + 1);
	}

	#failedUntil(untilUs: number): number {
		const buckets = (untilUs - (this.#healedUs as number)) / bucketUs;
		return [...this.#innocent].reduce((sum, [bucket, count]) => (bucket < buckets ? sum + count : sum), 0);
	}

	/** The loss that ends a call is heard of before the call's own end: what counts is the instant the call was due. */
	#wasOpen(session: number, atUs: number): boolean {
		const { now, before } = this.#spans.get(session) ?? {};
		return [now, before].some((span) => span && span.fromUs <= atUs && atUs < span.toUs);
	}

	#opened(session: number, fromUs: number): void {
		const before = this.#spans.get(session)?.now;
		this.#spans.set(session, { now: { fromUs, toUs: Number.POSITIVE_INFINITY }, ...(before && { before }) });
	}

	#lost(session: number, toUs: number): void {
		const known = this.#spans.get(session);
		if (known) this.#spans.set(session, { ...known, now: { ...known.now, toUs } });
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
