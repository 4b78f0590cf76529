import type { GaugeEvent, HistoryEvent, Role } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** The CPU counter of one process at the edges of the measured phase. */
interface CpuSpan {
	readonly role: Role;
	first?: { at: number; cpuUs: number };
	last?: { at: number; cpuUs: number };
}

/** CPU time over the measured phase: of the target, per call and as a share; of the busiest swarm worker. */
export class Resources implements Account {
	readonly #spans = new Map<number, CpuSpan>();
	#measuring = false;
	#ok = 0;
	#faults = false;

	take(event: HistoryEvent): void {
		if (event.is === 'phase') this.#measuring = event.phase === 'measure';
		if (event.is === 'fault') this.#faults = true;
		// Calls answered while the CPU was counted, whenever they were due: what is answered in the drain cost its CPU there.
		if (event.is === 'call' && this.#measuring && event.phase !== 'open' && event.outcome.is === 'ok') this.#ok++;
		if (event.is === 'gauge' && this.#measuring) this.#gauge(event);
	}

	#gauge({ at, role, pid, values }: GaugeEvent): void {
		if (values.cpuUs === undefined) return;
		let span = this.#spans.get(pid);
		if (!span) {
			span = { role };
			this.#spans.set(pid, span);
		}
		span.first ??= { at, cpuUs: values.cpuUs };
		span.last = { at, cpuUs: values.cpuUs };
	}

	measures(): Measures {
		const target = this.#used('target');
		const swarm = this.#used('swarm');
		if (!target || this.#ok === 0) return {};
		return {
			// A process that was killed took its counter with it: CPU per call is not known under such a fault.
			...(this.#faults ? {} : measured('cpuUsPerCall', target.cpuUs / this.#ok)),
			...(this.#faults ? {} : measured('targetCpuShare', target.busiest * 100)),
			...(swarm ? measured('swarmCpuShare', swarm.busiest * 100) : {}),
		};
	}

	#used(role: Role): { cpuUs: number; busiest: number } | undefined {
		const spans = [...this.#spans.values()].filter((span) => span.role === role);
		if (spans.length === 0) return undefined;
		const used = spans.map(({ first, last }) => ({
			cpuUs: (last?.cpuUs ?? 0) - (first?.cpuUs ?? 0),
			us: (last?.at ?? 0) - (first?.at ?? 0),
		}));
		return {
			cpuUs: used.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
			busiest: Math.max(...used.map(({ cpuUs, us }) => (us > 0 ? cpuUs / us : 0))),
		};
	}
}
