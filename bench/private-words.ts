import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { projectFolder } from './environment.ts';
import type { PrivateWords } from './report/published/private.ts';

const secretNames = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|PRIVATE_?KEY/i;

/** What this machine must not tell of itself, with further folders that a run lies in. */
export function privateWords(...folders: readonly string[]): PrivateWords {
	const host = hostname();
	const short = host.split('.')[0] ?? host;
	return {
		paths: [projectFolder, homedir(), process.cwd(), tmpdir(), ...folders],
		hosts: [...new Set([host, short])],
		users: [...new Set([userName(), process.env.USER ?? '', process.env.LOGNAME ?? ''])].filter(Boolean),
		secrets: Object.entries(process.env).flatMap(([name, value]) => (value && secretNames.test(name) ? [value] : [])),
	};
}

/** A container may run under a number without a name. */
function userName(): string {
	try {
		return userInfo().username;
	} catch {
		return '';
	}
}
