import type { ReportInput } from '../model/report.ts';

/** Writes one kind of output into the folder of a run. Adding one is a file and a line of `index.ts`. */
export interface Reporter {
	/** Short word for messages: `html`. */
	readonly id: string;
	/** @returns the paths written, the most useful one first */
	write(input: ReportInput, folder: string): Promise<string[]>;
}
