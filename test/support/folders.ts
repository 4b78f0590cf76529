import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

const folders: string[] = [];
process.on('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this process's own, gone when the process is. */
export function temporaryFolder(name: string): string {
	const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
	folders.push(folder);
	return folder;
}
