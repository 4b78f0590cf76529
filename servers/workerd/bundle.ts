import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** A module as workerd takes it: the name by which others import it, and JavaScript. */
export interface Module {
	readonly name: string;
	readonly code: string;
}

/** Node says whenever types are stripped that this is experimental, which nobody who runs a server can change. */
function withoutWarnings(work: () => void): void {
	const { emitWarning } = process;
	process.emitWarning = () => undefined;
	try {
		work();
	} finally {
		process.emitWarning = emitWarning;
	}
}

const serversFolder = join(import.meta.dirname, '..');

/** A TypeScript file and all that it imports by a relative path, the file first; other modules are the runtime's own. */
export function bundle(entry: string): Module[] {
	const modules = new Map<string, Module>();
	const add = (file: string): void => {
		if (modules.has(file)) return;
		const code = stripTypeScriptTypes(readFileSync(file, 'utf8'));
		modules.set(file, { name: relative(serversFolder, file), code });
		for (const [, path = ''] of code.matchAll(/^(?:import|export|\}) [^'\n]*?from '(\.[^']+)';$/gm)) {
			add(join(dirname(file), path));
		}
	};
	withoutWarnings(() => add(entry));
	return [...modules.values()];
}
