import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program lies on the PATH, or null. `/usr/sbin` is searched too: servers live there, and not on every PATH. */
export function findTool(name: string, path: string = process.env.PATH ?? ''): string | null {
	for (const folder of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
		if (folder === '') continue;
		const file = join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			return file;
		} catch {
			// Not here: the next folder.
		}
	}
	return null;
}

export interface ProgramOutput {
	readonly succeeded: boolean;
	/** stdout and stderr. */
	readonly text: string;
}

/** What a program says that takes a moment only; null when it is missing. */
export function runTool(name: string, args: readonly string[]): Promise<ProgramOutput | null> {
	const file = findTool(name);
	if (file === null) return Promise.resolve(null);
	return new Promise((resolve) => {
		// Some tell their version on stderr, some with an exit code that is not 0: the text counts.
		execFile(file, args, { timeout: 5000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
			resolve({ succeeded: error === null, text: `${stdout}\n${stderr}` });
		});
	});
}
