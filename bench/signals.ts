import { exitCodes } from './exit.ts';

/**
 * The first signal ends the command in order, and says so with `sentence`; the second ends the process, and its children
 * with it.
 */
export function stopOnSignals(sentence: string): { signal: AbortSignal; release(): void } {
	const controller = new AbortController();
	const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	const stop = () => {
		if (controller.signal.aborted) process.exit(exitCodes.interrupted);
		// First whoever draws on the terminal makes room.
		controller.abort();
		console.error(`\n${sentence}`);
	};
	for (const name of names) process.on(name, stop);
	return {
		signal: controller.signal,
		release: () => {
			for (const name of names) process.off(name, stop);
		},
	};
}
