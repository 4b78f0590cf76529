import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calibration } from '../model/calibration.ts';
import { makeFolder } from '../store.ts';
import { asCalibration } from './schema.ts';

/** Beside the runs, because every run of this machine shows it. */
function calibrationPath(root: string): string {
	return join(root, 'calibration.json');
}

/** Tries whether a calibration can be kept there, before minutes are spent on it. @throws the file system's error */
export async function prepareCalibration(root: string): Promise<void> {
	await makeFolder(root);
	await writeFile(`${calibrationPath(root)}.tmp`, '');
}

/** Written aside and renamed, so that a reader never finds half a file. @returns where it is kept */
export async function saveCalibration(root: string, calibration: Calibration): Promise<string> {
	const path = calibrationPath(root);
	await writeFile(`${path}.tmp`, `${JSON.stringify(calibration, null, '\t')}\n`);
	await rename(`${path}.tmp`, path);
	return path;
}

/** The last calibration of this machine, or undefined: none was made, or none that this version can show. */
export function loadCalibration(root: string): Calibration | undefined {
	try {
		return asCalibration(JSON.parse(readFileSync(calibrationPath(root), 'utf8')));
	} catch {
		return undefined;
	}
}
