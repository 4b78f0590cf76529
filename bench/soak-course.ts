import { CpuWatch } from './cpu-watch.ts';
import { sleepUntil } from './fault-timeline.ts';
import { drainWithinMs } from './limits.ts';
import { constantRate, type Load } from './model/load.ts';
import { checkpointEveryMs, type SoakLoad } from './model/soak.ts';
import { leadUs, openSessions } from './offered-load.ts';
import { collectGarbage } from './path/collect-garbage.ts';
import { descriptorsOf, privateKb, readTarget } from './reading.ts';
import type { Stage } from './stage.ts';
import type { SwarmWorkers } from './swarm-workers.ts';

/** Calls go on while other clients come and go, and at every checkpoint all that is known is written down. */
export async function soak(stage: Stage, load: SoakLoad): Promise<void> {
	await stage.start();
	const { swarm } = stage.running();
	await openSessions(stage, load.sessions);
	const passing = await stage.another(load.sessions);
	const startUs = stage.clock() + leadUs;
	const measureFromUs = startUs + stage.spec.size.warmMs * 1000;
	stage.phase('warm');
	const calls: Load = {
		kind: 'open',
		sessions: load.sessions,
		rate: constantRate(load.perS, stage.spec.size.warmMs + load.forMs),
		arrivals: 'poisson',
	};
	const loading = swarm.ask({ do: 'load', load: calls, startUs, measureFromUs });
	await stage.or(Promise.all([loading, new Passing(stage, load, passing).play(measureFromUs)]));
	stage.phase('drain');
	await stage.or(swarm.ask({ do: 'drain', withinMs: drainWithinMs }));
	await stage.or(passing.ask({ do: 'finish' }));
	await stage.stop();
}

/** Clients that come and go, and checkpoints: one after another, so that it is known who is there when the server is read. */
class Passing {
	readonly #stage: Stage;
	readonly #load: SoakLoad;
	readonly #swarm: SwarmWorkers;
	#here = 0;
	#gone = 0;
	#rounds = 0;
	#checkpoints = 0;

	constructor(stage: Stage, load: SoakLoad, swarm: SwarmWorkers) {
		this.#stage = stage;
		this.#load = load;
		this.#swarm = swarm;
	}

	async play(fromUs: number): Promise<void> {
		const { clock } = this.#stage;
		const { signal } = this.#stage.faultScene();
		const { forMs, roundEveryMs } = this.#load;
		const toUs = fromUs + forMs * 1000;
		const everyUs = checkpointEveryMs(this.#load) * 1000;
		await sleepUntil(clock, fromUs, signal);
		this.#stage.phase('measure');
		const cpuWatch = new CpuWatch(this.#stage);
		let [checkpointUs, roundUs] = [fromUs, fromUs];
		while (!signal.aborted && Math.min(checkpointUs, roundUs) <= toUs) {
			await sleepUntil(clock, Math.min(checkpointUs, roundUs), signal);
			if (checkpointUs <= roundUs) {
				await this.#checkpoint();
				checkpointUs += everyUs;
			} else {
				await this.#round();
				// One that takes longer than the time for it is followed by the next at once, and none is made up for.
				roundUs = Math.max(roundUs + roundEveryMs * 1000, clock());
			}
		}
		await cpuWatch.end();
	}

	/** Those who are there go, with a goodbye in every other round; others come, and call once. */
	async #round(): Promise<void> {
		if (this.#rounds++ % 2 === 0) await this.#swarm.ask({ do: 'hold', sessions: 0 });
		else await this.#swarm.ask({ do: 'vanish', how: 'closed' });
		this.#gone += this.#here;
		this.#here = await this.#swarm.ask({ do: 'hold', sessions: this.#load.passing });
		await this.#swarm.ask({ do: 'touch' });
	}

	async #checkpoint(): Promise<void> {
		const { clock, log, running } = this.#stage;
		const { servers, swarm } = running.call(this.#stage);
		log.event({ is: 'checkpoint-begun', at: clock() });
		await Promise.all([swarm.ask({ do: 'checkpoint' }), this.#swarm.ask({ do: 'checkpoint' })]);
		await collectGarbage();
		const target = await readTarget({ servers });
		const fds = descriptorsOf(servers);
		const swarmKb = privateKb([...swarm.pids, ...this.#swarm.pids]);
		const harnessKb = privateKb([process.pid]);
		log.event({
			...{ is: 'checkpoint', at: clock(), number: this.#checkpoints++, gone: this.#gone, target },
			sessions: swarm.state.open + this.#here,
			...(fds !== undefined && { fds }),
			...(swarmKb !== undefined && { swarmKb }),
			...(harnessKb !== undefined && { harnessKb }),
		});
	}
}
