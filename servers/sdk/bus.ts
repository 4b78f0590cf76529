import { randomUUID } from 'node:crypto';
import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server';
import type { Listener } from '../shared/pusher.ts';
import { pushMeta } from './audience.ts';

type Hear = (event: ServerEvent) => void;

/**
 * The seam that SDK v2 has for events: the SDK listens once for every subscription, and stops when its stream is gone. Its own
 * bus tells all the same; this one can tell each a push of its own, and names the subscriptions, whose ids are the clients'.
 */
export class SubscriptionBus implements ServerEventBus {
	readonly #name = randomUUID().slice(0, 8);
	readonly #listening = new Map<number, Hear>();
	#last = 0;

	publish(event: ServerEvent): void {
		for (const hear of this.#listening.values()) hear(event);
	}

	subscribe(hear: Hear): () => void {
		const number = ++this.#last;
		this.#listening.set(number, hear);
		return () => void this.#listening.delete(number);
	}

	*listeners(): Generator<Listener> {
		for (const [number, hear] of this.#listening) {
			yield {
				key: `${this.#name}-${number}`,
				tell: (push) => hear({ kind: 'tools_list_changed', params: { _meta: pushMeta(push) } }),
			};
		}
	}
}
