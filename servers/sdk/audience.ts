import type { ServerResponse } from 'node:http';
import type { Flags } from '../shared/flags.ts';
import { type Listener, type NumberedPush, pushKey } from '../shared/pusher.ts';

/** `McpServer` of either SDK, as far as it speaks unasked. */
export interface Speaker {
	readonly server: {
		notification(notification: {
			method: 'notifications/tools/list_changed';
			params: { _meta: Record<string, unknown> };
		}): Promise<void>;
	};
}

interface Member {
	readonly speaker: Speaker;
	/** The answer to the GET on which the session hears. */
	stream: ServerResponse | undefined;
}

/** What `params._meta` of a numbered push holds. */
export function pushMeta(push: NumberedPush): Record<string, unknown> {
	return { [pushKey]: push };
}

/**
 * The sessions of an SDK server that can be told something unasked. The SDK says nothing of whether a session has its stream,
 * and drops what it cannot send, so the answers to GET are watched from here. Nothing is kept unless the server pushes.
 */
export class Audience {
	readonly #isOn: boolean;
	readonly #members = new Map<string, Member>();

	constructor({ pushEveryMs }: Flags) {
		this.#isOn = pushEveryMs > 0;
	}

	add(key: string, speaker: Speaker, stream?: ServerResponse): void {
		if (this.#isOn) this.#members.set(key, { speaker, stream });
	}

	/** The session has asked for its stream. A second one is refused by the SDK, and does not replace the first. */
	hears(key: string, stream: ServerResponse): void {
		const member = this.#members.get(key);
		if (member && !isHeld(member.stream)) member.stream = stream;
	}

	forget(key: string): void {
		this.#members.delete(key);
	}

	*listeners(): Generator<Listener> {
		for (const [key, { speaker, stream }] of this.#members) {
			if (isHeld(stream)) yield { key, tell: (push) => void speak(speaker, push) };
		}
	}
}

function isHeld(stream: ServerResponse | undefined): boolean {
	if (!stream) return false;
	const { headersSent, statusCode, destroyed, writableEnded } = stream;
	return headersSent && statusCode === 200 && !destroyed && !writableEnded;
}

async function speak({ server }: Speaker, push: NumberedPush): Promise<void> {
	try {
		await server.notification({ method: 'notifications/tools/list_changed', params: { _meta: pushMeta(push) } });
	} catch {
		// The client has just left: what was emitted for it is lost, as on any other server.
	}
}
