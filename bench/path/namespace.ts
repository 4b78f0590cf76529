import { fileURLToPath } from 'node:url';
import type { Network } from '../model/path.ts';

/** What the process that holds a network is asked; it answers when it is done. */
export interface HolderRequest {
	readonly id: number;
	/** The ports that are to be silent; none: all are heard again. Absent: it only says that the network is there. */
	readonly silentPorts?: readonly number[];
}

export interface HolderReply {
	readonly id: number;
	readonly error?: string;
}

/** The script to run in a fresh network. */
export const holderFile = fileURLToPath(new URL('./namespace-holder.ts', import.meta.url));

/** What is needed of the started holder. */
export interface Holder {
	readonly pid: number;
	readonly exited: Promise<unknown>;
	send(message: object): boolean;
	onMessage(listener: (message: unknown) => void): () => void;
	kill(): Promise<unknown>;
	stderrTail(): readonly string[];
}

/** A network of a trial's own: loopback and nothing else. */
export interface Namespace {
	/** Processes that are started with it live there. They are reached over IPC and pipes only. */
	readonly network: Network;
	/** Fulfils when the process that holds it is gone; never rejects. */
	readonly exited: Promise<unknown>;
	/**
	 * From now on no TCP packet from or to these ports arrives, and nobody is told; or, off, all arrive again. Connections that
	 * neither side has given up meanwhile then go on by TCP's own repetition, which has become slow by then: what waits may
	 * have to wait as long again as the silence lasted. Doing it twice changes nothing.
	 */
	silence(on: boolean, ports: readonly number[]): Promise<void>;
	kill(): Promise<void>;
}

/** How long the holder may take for anything; it takes some ten ms. */
const answerWithinMs = 10_000;

/**
 * Makes a network for target and swarm, where `namespaceSupport` says that it can be made.
 * @param start starts the holder in this network
 * @throws Error with one sentence; the holder is gone then
 */
export async function openNamespace(start: (network: Network) => Holder, asUser: boolean): Promise<Namespace> {
	const holder = start({ kind: 'fresh', asUser });
	const ask = questionsTo(holder);
	const kill = async () => {
		await holder.kill();
	};
	try {
		await ask({});
	} catch (error) {
		await kill();
		throw error;
	}
	return {
		network: { kind: 'of', pid: holder.pid, asUser },
		exited: holder.exited,
		silence: async (on, ports) => {
			// Without a port the rules would be those of a path that is whole.
			if (on && ports.length === 0) throw new Error('A silence needs the ports of the target.');
			await ask({ silentPorts: on ? ports : [] });
		},
		kill,
	};
}

/** Requests and replies over IPC, matched by their id. */
function questionsTo(holder: Holder): (request: Omit<HolderRequest, 'id'>) => Promise<void> {
	let lastId = 0;
	const asked = new Map<number, PromiseWithResolvers<void>>();
	holder.onMessage((message) => {
		const { id, error } = message as HolderReply;
		if (error === undefined) asked.get(id)?.resolve();
		else asked.get(id)?.reject(new Error(`The network of the trial could not be changed: ${error}`));
	});
	void holder.exited.then(() => {
		const last = holder.stderrTail().at(-1);
		const gone = new Error(`The process that holds the network of the trial ended${last ? `: ${last}` : '.'}`);
		for (const question of asked.values()) question.reject(gone);
	});
	return async (request) => {
		lastId += 1;
		const id = lastId;
		const question = Promise.withResolvers<void>();
		asked.set(id, question);
		const late = () => question.reject(new Error(`The network of the trial did not change in ${answerWithinMs} ms.`));
		const timer = setTimeout(late, answerWithinMs);
		if (!holder.send({ id, ...request })) question.reject(new Error('The network of the trial is gone.'));
		try {
			await question.promise;
		} finally {
			clearTimeout(timer);
			asked.delete(id);
		}
	};
}
