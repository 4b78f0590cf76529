import { join, resolve } from 'node:path';

/** What a trial with a browser writes beside its history; it goes with the parts when the trial is over. */
export interface BrowserFiles {
	/** Of all the others. */
	readonly folder: string;
	readonly accessLog: string;
	readonly requestLog: string;
	readonly serverErrors: string;
	readonly nginxLog: string;
	readonly nginxErrors: string;
}

export function browserFiles(partsFolder: string): BrowserFiles {
	// nginx takes a relative path for one beneath its own folder, and the browser has another folder than the harness.
	const folder = resolve(partsFolder, 'browser');
	const file = (name: string) => join(folder, name);
	return {
		folder,
		accessLog: file('access.log'),
		requestLog: file('requests.ndjson'),
		serverErrors: file('server-stderr.log'),
		nginxLog: file('nginx-access.log'),
		nginxErrors: file('nginx-error.log'),
	};
}

/** What a server of this project is told when a browser asks it: pages of other ports and hosts may, as long as they are loopback. */
export function browserFlags(partsFolder: string): readonly string[] {
	const { accessLog, requestLog } = browserFiles(partsFolder);
	return ['--access-log', accessLog, '--request-log', requestLog, '--cors', 'loopback', '--tickets'];
}
