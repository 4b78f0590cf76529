import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of an installed package. @throws Error where it is not installed */
export function versionOf(name: string): string {
	const file = findPackageJSON(name, import.meta.url);
	if (file === undefined) throw new Error(`the package ${name} is not installed; run npm ci`);
	return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
