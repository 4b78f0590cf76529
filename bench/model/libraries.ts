import type { CallTemplate } from './call-template.ts';
import type { LibraryId } from './observed.ts';
import type { Transport } from './transport.ts';

/** What the process with the SDK's clients is told once. */
export interface LibrarySetup {
	readonly library: LibraryId;
	readonly transport: Transport;
	readonly url: string;
	/** Extra headers of every request; name, value, name, value. They stay in memory. */
	readonly headers: readonly string[];
	/** What the caller calls. */
	readonly call: CallTemplate;
	/** Whether the server has the tool `sleep`, so that a call can be in flight when the fault strikes. */
	readonly sleeps: boolean;
	/** Whether something stands between client and server. */
	readonly behind: boolean;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly partsFolder: string;
}

/** Told in this order; each is answered by a `LibraryReply`. Instants since the trial's origin. */
export type LibraryTask =
	| { readonly do: 'open'; readonly setup: LibrarySetup }
	| { readonly do: 'observe'; readonly fromUs: number; readonly toUs: number }
	/** What does not work by itself is tried by hand; then everything is closed. */
	| { readonly do: 'finish' };

export type LibraryReply = { readonly done: LibraryTask['do'] } | { readonly error: string };
