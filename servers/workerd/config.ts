import { join } from 'node:path';
import { bundle } from './bundle.ts';
import type { Settings } from './protocol.ts';

/** Of all the runtime's behaviours those of this day hold, whatever its version. */
const compatibilityDate = '2026-11-17';

/** A text in Cap'n Proto's own form, which knows fewer escapes than JSON. */
function quoted(text: string): string {
	return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}"`;
}

/** Where the runtime listens and what it keeps. */
export interface Places {
	/** `127.0.0.1:3000`; port 0 lets the system choose. */
	readonly address: string;
	/** Path of the Unix socket on which the host speaks with the worker. */
	readonly controlSocket: string;
	/** Where the objects of sessions keep what they store; absent: in memory, for some 10 s longer than they are used. */
	readonly storage?: string;
}

/** The runtime's configuration, with all code in it. */
export function configuration(settings: Settings, { address, controlSocket, storage }: Places): string {
	const modules = bundle(join(import.meta.dirname, 'worker.ts'));
	const keepsSessions = settings.transport === 'sse' || settings.transport === 'stateful';
	const where = storage === undefined ? '(inMemory = void)' : '(localDisk = "storage")';
	const objects = `
	durableObjectNamespaces = [ (className = "SessionObject", uniqueKey = "mcp-transport-bench-session") ],
	durableObjectStorage = ${where},`;
	return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
	v8Flags = ["--expose-gc"],
	services = [
		(name = "worker", worker = .worker),
		${storage === undefined ? '' : `(name = "storage", disk = (path = ${quoted(storage)}, writable = true)),`}
		(name = "internet", network = (allow = [])),
	],
	sockets = [
		(name = "http", address = ${quoted(address)}, http = (), service = "worker"),
		(name = "control", address = ${quoted(`unix:${controlSocket}`)}, http = (), service = (name = "worker", entrypoint = "control")),
	],
);
const worker :Workerd.Worker = (
	compatibilityDate = "${compatibilityDate}",
	modules = [
		${modules.map(({ name, code }) => `(name = ${quoted(name)}, esModule = ${quoted(code)}),`).join('\n\t\t')}
	],${keepsSessions ? objects : ''}
	bindings = [
		(name = "settings", json = ${quoted(JSON.stringify(settings))}),
		${keepsSessions ? '(name = "sessions", durableObjectNamespace = "SessionObject"),' : ''}
	],
);
`;
}
