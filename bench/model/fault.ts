import type { PathFault } from './path-fault.ts';

/** Something that is applied to a process or to the path and heals again. Of a target of several processes a fault strikes all, unless it names one. */
export type Fault =
	/** SIGKILL; the process is started again on the same port after `restartAfterMs`. With `instance`, counted from 0, only that one. */
	| { readonly kind: 'crash'; readonly restartAfterMs: number; readonly instance?: number }
	/**
	 * SIGTERM, and SIGKILL for what is left after `deadlineMs`; started again `restartAfterMs` after the SIGTERM, at the
	 * earliest when it is gone.
	 */
	| { readonly kind: 'drain'; readonly deadlineMs: number; readonly restartAfterMs: number }
	/** SIGSTOP, and SIGCONT after `forMs`. */
	| { readonly kind: 'pause'; readonly forMs: number }
	/**
	 * One batch of instances after the other is stopped and started again on its port, with `intervalMs` between the ready of
	 * one batch and the stop of the next.
	 */
	| {
			readonly kind: 'rolling_restart';
			readonly batch: number;
			readonly intervalMs: number;
			readonly stop: 'kill' | 'drain';
			/** Of a drain. */
			readonly deadlineMs: number;
			/** The balancer sends nothing new to an instance from before its stop until it is ready again. */
			readonly deregister: boolean;
	  }
	/** As many new processes are started; the balancer turns to them at once; the old ones are drained and go. */
	| { readonly kind: 'blue_green'; readonly deadlineMs: number }
	/** The process may open no more than `spareFds` further descriptors. */
	| { readonly kind: 'fd_exhaustion'; readonly spareFds: number; readonly forMs: number }
	/** The process may take no more than `spareMb` of further memory; where it does, the kernel kills it. */
	| { readonly kind: 'memory_limit'; readonly spareMb: number; readonly forMs: number }
	/** The balancer cuts its clients' connections and accepts none. */
	| { readonly kind: 'down'; readonly forMs: number }
	/**
	 * What travels between swarm and target vanishes, both ways, and nobody is told. After the heal connections in a network of
	 * their own go on by TCP's repetition; those through the balancer stay dead for ever.
	 */
	| { readonly kind: 'half_open'; readonly forMs: number }
	/** The servers let nobody in any more with a token that its client has. */
	| { readonly kind: 'revoke'; readonly forMs: number }
	| TimedPathFault;

/** What the embedded proxy does to what passes through it, for so long. */
export type TimedPathFault = PathFault & { readonly forMs: number };

/** A fault on the timeline of a trial; `atMs` counts from the start of the measured load. Every fault heals. */
export interface FaultWindow {
	readonly atMs: number;
	readonly fault: Fault;
}
