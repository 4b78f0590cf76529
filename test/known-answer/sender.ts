import { createHistogram } from 'node:perf_hooks';
import { monotonicUs } from '../../bench/clock.ts';
import type { Agenda } from './agenda.ts';
import type { Answer, ServerReport } from './answer.ts';
import { resultJson } from './endpoint.ts';

/** In how many pieces a slow head comes. */
const headPieces = 5;

/** Sends planned answers when they are due, and keeps account of how late it was. */
export class Sender {
	readonly #agenda: Agenda;
	/** In µs, one too many: the histogram takes no zero. */
	readonly #late = createHistogram();

	constructor(agenda: Agenda) {
		this.#agenda = agenda;
	}

	send(answer: Answer): void {
		const { outlet, receivedUs, dueUs, copies, late } = answer;
		const { head, body } = outlet.frame(resultJson(answer.id, answer.text));
		const { socket } = outlet;
		const last = (rest: string): void =>
			this.#agenda.at(dueUs, () => {
				this.#late.record(Math.max(0, monotonicUs() - dueUs) + 1);
				socket.write(rest);
			});
		if (late === 'all') last((head + body).repeat(copies));
		else if (late === 'body') {
			socket.write(head);
			last(body);
		} else {
			const size = Math.ceil(head.length / headPieces);
			for (let piece = 0; piece < headPieces - 1; piece++) {
				const atUs = receivedUs + ((dueUs - receivedUs) * piece) / (headPieces - 1);
				this.#agenda.at(atUs, () => socket.write(head.slice(piece * size, (piece + 1) * size)));
			}
			last(head.slice((headPieces - 1) * size) + body);
		}
	}

	lateness(): Pick<ServerReport, 'lateMeanUs' | 'lateP50Us' | 'lateP99Us' | 'lateMaxUs'> {
		const late = this.#late;
		if (late.count === 0) return { lateMeanUs: 0, lateP50Us: 0, lateP99Us: 0, lateMaxUs: 0 };
		return {
			lateMeanUs: late.mean - 1,
			lateP50Us: late.percentile(50) - 1,
			lateP99Us: late.percentile(99) - 1,
			lateMaxUs: late.max - 1,
		};
	}
}
