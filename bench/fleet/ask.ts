import { type Child, describeExit } from './child.ts';

/** A process that is asked once. */
export interface Question<Answer> {
	readonly task: object;
	/** Without a last word after this it hangs. */
	readonly withinMs: number;
	/** What a message means: the answer, a failure in words, or nothing yet. */
	hear(message: unknown): { readonly answer: Answer } | { readonly error: string } | undefined;
	/** Makes an error of what became of the process: `ended (exit code 3)`, `did not end within 5 s`. */
	failure(why: string): Error;
	readonly signal?: AbortSignal;
}

/**
 * Tells a process, which says nothing before, what to do, and waits for its last word. Ending it is left to the caller.
 * @throws what `failure` makes where the process fails, ends or hangs, or where the signal aborts
 */
export async function askOnce<Answer>(child: Child, question: Question<Answer>): Promise<Answer> {
	const { task, withinMs, hear, failure, signal } = question;
	const word = Promise.withResolvers<Answer>();
	const fail = (why: string) => word.reject(failure(why));
	const timer = setTimeout(() => fail(`did not end within ${withinMs / 1000} s`), withinMs);
	const abort = () => fail('was interrupted');
	signal?.addEventListener('abort', abort, { once: true });
	const off = child.onMessage((message) => {
		const heard = hear(message);
		if (heard === undefined) return;
		if ('answer' in heard) word.resolve(heard.answer);
		else fail(`failed: ${heard.error}`);
	});
	// Its last word may still be unread when the process is gone.
	void child.closed.then(async () => {
		const exit = await child.exited;
		const last = child.stderrTail().at(-1);
		fail(`ended (${describeExit(exit)})${last ? `: ${last}` : ''}`);
	});
	if (signal?.aborted) abort();
	else child.send(task);
	try {
		return await word.promise;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', abort);
		off();
	}
}
