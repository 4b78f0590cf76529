import { sumGauges } from './collect/gauges.ts';
import { sleepUntil } from './fault-timeline.ts';
import { stateGauges } from './fleet/target.ts';
import { ladderEnv } from './ladder.ts';
import type { GaugeValues } from './model/history.ts';
import { lookEveryMs, unwatchedWaves, type VanishLoad, type VanishReadingEvent } from './model/vanish.ts';
import { descriptorsOf, readTarget } from './reading.ts';
import { Aborted, type Stage } from './stage.ts';
import type { SwarmWorkers } from './swarm-workers.ts';

/** Waves of clients come, call once and go; the server is read while each is there, and as it finds out that they are gone. */
export async function watchVanishing(stage: Stage, load: VanishLoad): Promise<void> {
	await stage.start({ env: ladderEnv });
	stage.phase('measure');
	await stage.or(new Waves(stage, load).play());
	await stage.stop();
}

/** Calls of each client of a wave that is not watched. */
const callsUnwatched = 10;

/** What of a reading follows from where it stands among the waves. */
type Place = Pick<VanishReadingEvent, 'moment' | 'isEnd'>;

class Waves {
	readonly #stage: Stage;
	readonly #load: VanishLoad;
	#wave = 0;
	/** Clients that have come and gone. */
	#gone = 0;
	/** Whether a call of any client was answered. */
	#isAnswered = false;
	/** The swarm of the next wave, where each has one of its own, as it starts. */
	#next: Promise<SwarmWorkers> | undefined;

	constructor(stage: Stage, load: VanishLoad) {
		this.#stage = stage;
		this.#load = load;
	}

	async play(): Promise<void> {
		const { waves, sessions, way } = this.#load;
		await this.#read({ moment: 'gone', isEnd: true });
		while (this.#wave < waves) {
			const swarm = await this.#swarm();
			this.#wave++;
			const clients = await swarm.ask({ do: 'hold', sessions });
			// The first wave finds every place free, whatever room there is for those that follow.
			if (clients === 0 && (this.#wave === 1 || this.#stage.spec.size.mayStayClosed === undefined)) {
				throw new Aborted(`0 of ${sessions} sessions could be opened`);
			}
			const isWatched = this.#wave > Math.min(unwatchedWaves, waves - 1);
			for (let calls = 0; calls < (isWatched ? 1 : callsUnwatched); calls++) await this.#callWith(swarm, clients);
			// One wave tells what clients are held with; a collection costs the server a tenth of a second.
			if (this.#wave === waves) await this.#read({ moment: 'held' });
			await this.#leave(swarm);
			const vanishedUs = this.#stage.clock();
			this.#gone += clients;
			this.#stage.log.event({ is: 'vanished', at: vanishedUs, wave: this.#wave, way, clients });
			if (isWatched) await this.#watch(vanishedUs);
		}
	}

	/**
	 * Every client calls once.
	 * @throws Aborted when not one call of the trial was ever answered: each of the others would be waited for as long, and say nothing
	 */
	async #callWith(swarm: SwarmWorkers, clients: number): Promise<void> {
		await swarm.ask({ do: 'touch' });
		this.#isAnswered ||= swarm.state.callsOk > 0;
		if (!this.#isAnswered && clients > 0) {
			// How they failed is part of the history.
			await swarm.ask({ do: 'flush' });
			throw new Aborted(`the target answers no call: 0 of ${clients} clients got an answer to their first one`);
		}
	}

	/** Clients that are killed have a process of their own in every wave. */
	#swarm(): Promise<SwarmWorkers> {
		if (this.#load.way !== 'killed') return Promise.resolve(this.#stage.running().swarm);
		const next = this.#next ?? this.#another();
		this.#next = undefined;
		return next;
	}

	/** Its start fails with the trial, if it does: nobody may be waiting for it then. */
	#another(): Promise<SwarmWorkers> {
		const starting = this.#stage.another(this.#wave * this.#load.sessions);
		starting.catch(() => {});
		return starting;
	}

	async #leave(swarm: SwarmWorkers): Promise<void> {
		switch (this.#load.way) {
			case 'polite':
				await swarm.ask({ do: 'hold', sessions: 0 });
				return;
			case 'closed':
			case 'silent':
				await swarm.ask({ do: 'vanish', how: this.#load.way });
				return;
			case 'killed':
				// What they did is part of the history, which a killed process would not write.
				await swarm.ask({ do: 'flush' });
				for (const pid of swarm.pids) this.#stage.sampler.remove(pid);
				await swarm.kill();
		}
	}

	async #watch(vanishedUs: number): Promise<void> {
		const { watchMs, lastReadAtMs, waves, way } = this.#load;
		const isLast = this.#wave === waves;
		const wholeAtMs = [watchMs, ...(isLast ? lastReadAtMs : [])];
		const endMs = Math.max(...wholeAtMs);
		const looksAtMs = Array.from({ length: Math.ceil(endMs / lookEveryMs) }, (_, n) => n * lookEveryMs);
		for (const atMs of [...new Set([...looksAtMs, ...wholeAtMs])].sort((a, b) => a - b)) {
			const { clock } = this.#stage;
			await sleepUntil(clock, vanishedUs + atMs * 1000, this.#stage.faultScene().signal);
			// The next ones start after what is looked at most closely.
			if (way === 'killed' && !isLast && atMs >= watchMs / 2) this.#next ??= this.#another();
			if (wholeAtMs.includes(atMs)) await this.#read({ moment: 'gone', ...(atMs === watchMs && { isEnd: true }) });
			else await this.#look();
		}
	}

	async #read(place: Place): Promise<void> {
		const { servers } = this.#stage.running();
		const at = this.#stage.clock();
		this.#record(at, place, true, await readTarget({ servers }));
	}

	/** What costs the server next to nothing to say. */
	async #look(): Promise<void> {
		const at = this.#stage.clock();
		const { servers } = this.#stage.running();
		const states = await Promise.all(servers.flatMap(({ control }) => (control ? [control('state')] : [])));
		const told = sumGauges(states.map(stateGauges));
		const { openSessions, openStreams } = told;
		const counts = {
			...(openSessions !== undefined && { openSessions }),
			...(openStreams !== undefined && { openStreams }),
		};
		this.#record(at, { moment: 'gone' }, false, counts);
	}

	#record(at: number, place: Place, isWhole: boolean, target: GaugeValues): void {
		const { servers } = this.#stage.running();
		const fds = descriptorsOf(servers);
		this.#stage.log.event({
			...{ is: 'vanish-reading', at, wave: this.#wave, ...place, gone: this.#gone, isWhole, target },
			...(fds !== undefined && { fds }),
		});
	}
}
