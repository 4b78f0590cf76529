import { sleepUntil } from './fault-timeline.ts';
import type { PathControl, Victim } from './faults/fault.ts';
import { describeExit } from './fleet/child.ts';
import { startTarget, type TargetProcess, type TargetSpec } from './fleet/target.ts';
import type { Role } from './model/history.ts';
import { Unavailable } from './model/unavailable.ts';
import { TargetInstance } from './target-instance.ts';
import type { TrialLog } from './trial-log.ts';

/** What the target's processes need of the trial that they belong to. */
export interface GroupHost {
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly clock: () => number;
	readonly log: TrialLog;
	/** Aborted when the trial is over: nothing is started any more. */
	readonly signal: AbortSignal;
	/** Takes hold of a process that is being started: it ends with the trial at the latest. */
	own<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T>;
	/** The gauges of its processes are read, or no longer. */
	watch(role: Role, pid: number): void;
	unwatch(pid: number): void;
	/** A process ended that no fault was acting on. */
	died(because: string): void;
}

/** Processes of a target that were started alike and share the clients of their places. */
export interface GroupSpec {
	/** How to start a process, by its number in the group: each has a ledger of its own. */
	readonly spec: (instance: number) => TargetSpec;
	/** How many. */
	readonly count: number;
	/** Of the cases side by side, those that it serves; absent: all there is. */
	readonly places?: readonly number[];
}

/** An instance, and the group that it belongs to. */
interface Member {
	readonly group: GroupSpec;
	readonly instance: TargetInstance;
}

/** All processes of the target, from start to end, and the powers that faults have over them. */
export class TargetGroup {
	readonly #host: GroupHost;
	readonly #members: Member[] = [];
	/** How many faults act on the target now. */
	#faults = 0;
	#isEnding = false;

	constructor(host: GroupHost) {
		this.#host = host;
	}

	/** One for each instance, in order, group by group. */
	get servers(): readonly TargetProcess[] {
		return this.#members.map(({ instance }) => instance.process);
	}

	/** Those that serve the clients of a place. */
	serversOf(place: number): readonly TargetProcess[] {
		const serving = this.#members.filter(({ group }) => group.places?.includes(place) ?? true);
		return serving.map(({ instance }) => instance.process);
	}

	/** Whether a fault acts on the target: its processes may be gone, or may not answer. */
	get isStruck(): boolean {
		return this.#faults > 0;
	}

	/** @throws StartError */
	async start(groups: readonly GroupSpec[]): Promise<void> {
		this.#isEnding = false;
		this.#members.length = 0;
		const started = await Promise.all(groups.map((group) => this.#startProcesses(group)));
		for (const [n, group] of groups.entries()) {
			for (const [number, process] of (started[n] ?? []).entries()) {
				this.#members.push({ group, instance: this.#instance(process, number, group) });
			}
		}
		this.watch();
	}

	/** Ends all of them in order. */
	async terminate(deadlineMs: number): Promise<void> {
		this.expectEnd();
		await Promise.all(this.servers.map((server) => server.terminate(deadlineMs)));
	}

	/** From now on the end of a process is nobody's surprise. */
	expectEnd(): void {
		this.#isEnding = true;
	}

	get isEnding(): boolean {
		return this.#isEnding;
	}

	/** Takes away what a fault that was not healed would leave on the machine, when the processes are gone. */
	async lift(): Promise<void> {
		await Promise.all(this.#members.map(({ instance }) => instance.lift().catch(() => {})));
	}

	/** A command line may start further processes at any time: they are looked for at every phase. */
	watch(): void {
		for (const { pids } of this.servers) for (const pid of pids()) this.#host.watch('target', pid);
	}

	/** A fault begins to act on the target, or has healed. */
	struck(on: boolean): void {
		this.#faults += on ? 1 : -1;
		if (!on) this.watch();
	}

	/** When the last of its processes was ready, on the trial's clock. */
	readyUs(): number {
		return Math.max(...this.servers.map(({ readyUs }) => readyUs)) - this.#host.originUs;
	}

	/** @param path what stands between swarm and target, where there is something */
	victim(path: PathControl | undefined): Victim {
		const { clock, signal } = this.#host;
		return {
			instances: this.#members.map(({ instance }) => instance),
			...(path && { path }),
			replace: () => this.#replace(path),
			wait: (ms) => sleepUntil(clock, clock() + ms * 1000, signal),
		};
	}

	async #replace(path: PathControl | undefined): Promise<Pick<TargetInstance, 'drain'>[]> {
		const [group, ...others] = [...new Set(this.#members.map((member) => member.group))];
		if (!group || !path?.turnTo)
			throw new Error('Processes are replaced behind a balancer: give the scenario’s size a path.');
		if (others.length > 0) throw new Error('Processes of cases side by side are replaced only where all share them.');
		if (group.spec(0).server.kind !== 'node') {
			throw new Unavailable(
				'blue_green starts a second server beside the first, and this target listens on one port only.',
			);
		}
		const fresh = await this.#startProcesses(group);
		await path.turnTo(fresh.map(({ url }) => url));
		return this.#members.map(({ instance }, n) => {
			const old = instance.take(fresh[n] as TargetProcess);
			return { drain: async (deadlineMs) => void (await old.terminate(deadlineMs)) };
		});
	}

	#startProcesses({ spec, count }: GroupSpec): Promise<TargetProcess[]> {
		return Promise.all(Array.from({ length: count }, (_, n) => this.#host.own(startTarget(spec(n)))));
	}

	#instance(process: TargetProcess, number: number, { places }: GroupSpec): TargetInstance {
		return new TargetInstance(process, number, {
			attend: (started) => this.#attend(started, places),
			restart: async (gone) => {
				this.#host.signal.throwIfAborted();
				return this.#host.own(gone.restart());
			},
		});
	}

	/** Notes a process that is ready; the end of one is the trial's end unless a fault acts on the target. */
	#attend(server: TargetProcess, places: readonly number[] | undefined): void {
		const { log, clock, originUs } = this.#host;
		const pids = server.pids();
		for (const pid of pids) {
			log.ready('target', pid, server.readyUs - originUs, server.cpus, places);
			this.#host.watch('target', pid);
		}
		void server.exited.then((exit) => {
			const how = describeExit(exit);
			if (!this.#isEnding && this.#faults === 0) this.#host.died(`the target ended by itself (${how})`);
			for (const pid of pids) {
				this.#host.unwatch(pid);
				log.event({ is: 'process', at: clock(), role: 'target', pid, change: 'exited', exit: how });
			}
		});
	}
}
