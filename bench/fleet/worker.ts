import { type Child, type ChildSpec, startChild } from './child.ts';

/** How to start a worker of the swarm. */
export type WorkerSpec = Omit<ChildSpec, 'role' | 'file' | 'ipc' | 'onStdoutLine'>;

/**
 * Starts a worker of the swarm. Fleet knows nothing of what is said: `send` and `onMessage` carry whatever structured
 * clone carries, typed arrays included.
 * @throws StartError when the operating system refuses
 */
export function startWorker(file: string, spec: WorkerSpec = {}): Child {
	return startChild({ ...spec, role: 'swarm', file, ipc: 'advanced' });
}
