import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';

/** The kernel's units. */
export interface KernelUnits {
	readonly pageKb: number;
	/** Clock ticks per second of the times in `stat`. */
	readonly ticksPerS: number;
}

/** Keys of the auxiliary vector. */
const auxiliary = { pageSize: 6, clockTicks: 17 } as const;

// One buffer for all reads of this process: they are synchronous, so never two at once.
const buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * Access to /proc, or to a folder that looks like it. Whatever cannot be read (the process vanished, the file is for root,
 * the system is another one) is `undefined`, never a throw.
 *
 * Reads are synchronous on purpose. The kernel answers from memory within 5–15 µs; the same read through the thread pool
 * costs 60 µs of CPU, which a machine of two cores takes from the target. One buffer and no `fstat` keep it at three
 * system calls and a half.
 */
export class Proc {
	readonly root: string;
	#units: KernelUnits | undefined;
	#sizeIsCount: boolean | undefined;

	constructor(root = '/proc') {
		this.root = root;
	}

	/** The whole text of a file. */
	read(path: string): string | undefined {
		let file: number | undefined;
		try {
			file = openSync(`${this.root}/${path}`, 'r');
			let text = '';
			for (;;) {
				// Files of /proc hand out about a page per read, whatever the buffer.
				const bytes = readSync(file, buffer, 0, buffer.length, null);
				if (bytes === 0) return text;
				text += buffer.toString('latin1', 0, bytes);
			}
		} catch {
			return undefined;
		} finally {
			if (file !== undefined) closeSync(file);
		}
	}

	/** The names in a folder. */
	list(path: string): readonly string[] | undefined {
		try {
			return readdirSync(`${this.root}/${path}`);
		} catch {
			return undefined;
		}
	}

	/** Where a symbolic link points. */
	link(path: string): string | undefined {
		try {
			return readlinkSync(`${this.root}/${path}`);
		} catch {
			return undefined;
		}
	}

	/**
	 * How many names a `fd` folder has. Since Linux 6.2 its size is that number, which costs 4 µs however many there are;
	 * listing costs 0.5 µs for each and makes the kernel cache an inode and a name for each.
	 */
	countDescriptors(path: string): number | undefined {
		this.#sizeIsCount ??= this.#isSizeTheCount();
		return this.#sizeIsCount ? this.#size(path) : this.list(path)?.length;
	}

	units(): KernelUnits {
		this.#units ??= this.#readUnits();
		return this.#units;
	}

	#isSizeTheCount(): boolean {
		const size = this.#size('self/fd') ?? 0;
		const listed = this.list('self/fd')?.length ?? 0;
		// Listing opens one descriptor itself.
		return size > 0 && Math.abs(listed - size) <= 1;
	}

	#size(path: string): number | undefined {
		try {
			return statSync(`${this.root}/${path}`).size;
		} catch {
			return undefined;
		}
	}

	#readUnits(): KernelUnits {
		const words = new Map<number, number>();
		const vector = Buffer.from(this.read('self/auxv') ?? '', 'latin1');
		for (let offset = 0; offset + 16 <= vector.length; offset += 16) {
			words.set(Number(vector.readBigUInt64LE(offset)), Number(vector.readBigUInt64LE(offset + 8)));
		}
		return {
			pageKb: (words.get(auxiliary.pageSize) ?? 4096) / 1024,
			ticksPerS: words.get(auxiliary.clockTicks) ?? 100,
		};
	}
}

/** This machine's /proc. */
export const systemProc = new Proc();

/** The whole number after `Name:` at the start of a line. */
export function numberAfter(text: string, name: string): number | undefined {
	const found = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
	return found === undefined ? undefined : Number(found);
}
