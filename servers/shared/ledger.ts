import { openSync, statSync, writeSync } from 'node:fs';
import type { LedgerLine } from '../contract.ts';
import { UsageError } from './flags.ts';
import { isObject } from './rpc.ts';

/** A server that cannot write down what it does must not go on: whoever reads the ledger would take it for the truth. */
const exitCode = 5;
/** A longer text is no call's id. */
const idChars = 100;
/** How many files of earlier processes may lie beside each other. */
const mostFiles = 1000;

/** Microseconds of the machine's monotonic clock, the same in every process. */
export function monotonicUs(): number {
	return Math.round(Number(process.hrtime.bigint()) / 1000);
}

/**
 * What this process ran and pushed, in a file of its own. Every line is with the kernel before the answer or the push that it
 * tells of is sent, so that the death of the process takes nothing from it that a client has seen.
 */
export class Ledger {
	readonly #fd: number;
	readonly #originUs: number;

	/**
	 * @param path where such a file is there already it is kept, because its last line may be cut, and the name gets a number
	 * @param originUs from which instants count
	 * @throws UsageError
	 */
	constructor(path: string, originUs: number) {
		this.#fd = openNew(path);
		this.#originUs = originUs;
	}

	/** A call runs. Of the tools only `echo` is told the id of its call: it is the text. */
	ran(tool: string, args: unknown, stage: 'begun' | 'done'): void {
		const callId = tool === 'echo' && isObject(args) ? args.text : undefined;
		if (typeof callId !== 'string' || callId.length > idChars) return;
		this.#write(`${this.#line({ is: 'ran', at: this.#now(), pid: process.pid, callId, stage })}\n`);
	}

	/** A numbered push goes out to the sessions of these names. */
	pushed(number: number, keys: readonly string[]): void {
		const at = this.#now();
		const { pid } = process;
		let lines = '';
		for (const key of keys) lines += `${this.#line({ is: 'emitted', at, pid, key, number })}\n`;
		this.#write(`${lines}${this.#line({ is: 'tick', at, pid, number })}\n`);
	}

	#now(): number {
		return monotonicUs() - this.#originUs;
	}

	#line(line: LedgerLine): string {
		return JSON.stringify(line);
	}

	#write(lines: string): void {
		try {
			const bytes = Buffer.from(lines);
			for (let from = 0; from < bytes.length; ) from += writeSync(this.#fd, bytes, from);
		} catch (error) {
			process.stderr.write(`The ledger cannot be written (${codeOf(error)}); make room for it and start again.\n`);
			process.exit(exitCode);
		}
	}
}

function openNew(path: string): number {
	const [, stem = path, ending = ''] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
	for (let number = 1; ; number++) {
		try {
			return openSync(number === 1 ? path : `${stem}.${number}${ending}`, 'ax');
		} catch (error) {
			const code = codeOf(error);
			if (code === 'EEXIST' && number < mostFiles && statSync(path).isFile()) continue;
			throw new UsageError(`--ledger ${path} cannot be made (${code}); give a file in a folder that can be written.`);
		}
	}
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}
