import { createInterface } from 'node:readline';
import { http } from '../shared/builtins.ts';
import type { WorkerReply, WorkerRequest } from './protocol.ts';

/** The host's questions to its worker. */
export interface Channel {
	/** @throws Error when the worker is gone */
	ask(control: WorkerRequest['control']): Promise<WorkerReply['state']>;
	/** Ends it once all is answered; the runtime's drain would wait for it. */
	close(): void;
}

/** Opens the one request on which the host and the worker speak; being under way, it lasts through the runtime's drain. */
export function openChannel(socketPath: string): Channel {
	const waiting = new Map<number, PromiseWithResolvers<WorkerReply['state']>>();
	let lastId = 0;
	let gone: Error | undefined;
	const lost = (error: Error = new Error('The worker has closed its channel.')): void => {
		gone ??= error;
		for (const { reject } of waiting.values()) reject(error);
		waiting.clear();
	};
	const channel = http.request(
		{ socketPath, method: 'POST', path: '/', headers: { Host: 'localhost' } },
		(answered) => {
			answered.on('error', lost).on('end', lost);
			const hear = (line: string): void => {
				const { id, state } = JSON.parse(line) as WorkerReply;
				waiting.get(id)?.resolve(state);
				waiting.delete(id);
			};
			// The lines repeat the error of what they are read from.
			createInterface(answered).on('line', hear).on('error', lost);
		},
	);
	channel.on('error', lost);
	return {
		ask(control) {
			if (gone) return Promise.reject(gone);
			const reply = Promise.withResolvers<WorkerReply['state']>();
			const id = ++lastId;
			waiting.set(id, reply);
			channel.write(`${JSON.stringify({ id, control } satisfies WorkerRequest)}\n`);
			return reply.promise;
		},
		close: () => channel.end(),
	};
}
