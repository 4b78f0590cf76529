import { openSync, statSync, writeSync } from 'node:fs';
import type { LedgerLine } from '../contract.ts';
import { monotonicUs } from './clock.ts';
import { isObject } from './rpc.ts';
import { UsageError } from './usage-error.ts';

type RanLine = Extract<LedgerLine, { is: 'ran' }>;

/** A server that cannot write down what it does must not go on: whoever reads the ledger would take it for the truth. */
const exitCode = 5;
/** A longer text is no call's id. */
const idChars = 100;
/** How many files of earlier processes may lie beside each other. */
const mostFiles = 1000;

/**
 * What this process ran and pushed, in a file of its own. Every line is with the kernel before the answer or the push that it
 * tells of is sent, so that the death of the process takes nothing from it that a client has seen.
 */
export class Ledger {
	readonly #fd: number;
	readonly #originUs: number;
	/** The line of the last push that was sent, written before whatever comes next. */
	#sent = '';

	/**
	 * @param path where such a file is there already it is kept, because its last line may be cut, and the name gets a number
	 * @param originUs from which instants count
	 * @throws UsageError
	 */
	constructor(path: string, originUs: number) {
		this.#fd = openNew(path);
		this.#originUs = originUs;
	}

	/** A call runs. Of the tools only `echo` and `notify` are told the id of their call: it is the text. */
	ran(tool: string, args: unknown, stage: RanLine['stage']): void {
		const callId = (tool === 'echo' || tool === 'notify') && isObject(args) ? args.text : undefined;
		if (typeof callId !== 'string' || callId === '' || callId.length > idChars) return;
		this.#write(`${this.#line({ is: 'ran', at: this.#now(), pid: process.pid, callId, stage })}\n`);
	}

	/**
	 * A numbered push goes out to the sessions of these names, at this instant of the machine's monotonic clock.
	 * @param isChosen whether others were there for whom it is not
	 */
	pushed(number: number, nowUs: number, keys: readonly string[], isChosen = false): void {
		const at = nowUs - this.#originUs;
		const { pid } = process;
		let lines = '';
		for (const key of keys) lines += `${this.#line({ is: 'emitted', at, pid, key, number })}\n`;
		const tick = { is: 'tick', at, pid, number, to: keys.length, ...(isChosen && { chosen: true as const }) } as const;
		this.#write(`${lines}${this.#line(tick)}\n`);
	}

	/**
	 * A push has gone out to all it was meant for. Nobody's fate hangs on that line: it waits for the next one, so that what it costs is
	 * counted with that one's `bookUs`.
	 * @param fromUs when the lines of `pushed` were written and the first session's turn came, on the machine's monotonic clock
	 * @param bookUs how long those lines took
	 */
	sent(number: number, fromUs: number, bookUs: number): void {
		const [at, toUs] = [fromUs - this.#originUs, this.#now()];
		this.#sent = `${this.#line({ is: 'sent', at, pid: process.pid, number, toUs, bookUs })}\n`;
	}

	#now(): number {
		return monotonicUs() - this.#originUs;
	}

	#line(line: LedgerLine): string {
		return JSON.stringify(line);
	}

	#write(lines: string): void {
		try {
			const bytes = Buffer.from(this.#sent + lines);
			this.#sent = '';
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
