import { openSync, writeSync } from 'node:fs';
import type { InvocationLine } from '../contract.ts';
import { monotonicUs } from '../shared/clock.ts';
import { UsageError } from '../shared/usage-error.ts';

/** What was used, line by line, in a file of the host's own; and how much of it there has been. */
export class Usage {
	readonly #fd: number | undefined;
	readonly #originUs: number;
	readonly #factor: number;
	readonly #platform: InvocationLine['platform'];

	/**
	 * @param path absent: nothing is written
	 * @throws UsageError where the file cannot be made
	 */
	constructor(
		platform: InvocationLine['platform'],
		factor: number,
		{ usage, ledgerOriginUs }: { readonly usage?: string; readonly ledgerOriginUs: number },
	) {
		this.#platform = platform;
		this.#factor = factor;
		this.#originUs = ledgerOriginUs;
		if (usage === undefined) return;
		try {
			this.#fd = openSync(usage, 'ax');
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			throw new UsageError(
				`--usage ${usage} cannot be made (${code}); give a new file in a folder that can be written.`,
			);
		}
	}

	/** The time in the instants of the file. */
	now(): number {
		return monotonicUs() - this.#originUs;
	}

	write(line: Omit<InvocationLine, 'is' | 'at' | 'platform' | 'factor'>): void {
		if (this.#fd === undefined) return;
		const { askedUs, fromUs, ...rest } = line;
		const written: InvocationLine = {
			is: 'invocation',
			at: this.now(),
			askedUs,
			fromUs,
			platform: this.#platform,
			factor: this.#factor,
			...rest,
		};
		writeSync(this.#fd, `${JSON.stringify(written)}\n`);
	}
}
