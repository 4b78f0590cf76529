import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calibration } from '../model/calibration.ts';
import { asideOf } from '../report/whole-file.ts';
import { makeFolder, saveJson } from '../store.ts';
import { asCalibration } from './schema.ts';

/** Beside the runs, because every run of this machine shows it. */
function calibrationPath(root: string): string {
	return join(root, 'calibration.json');
}

/** Tries whether a calibration can be kept there, before minutes are spent on it. @throws the file system's error */
export async function prepareCalibration(root: string): Promise<void> {
	await makeFolder(root);
	await writeFile(asideOf(calibrationPath(root)), '');
}

/** @returns where it is kept */
export async function saveCalibration(root: string, calibration: Calibration): Promise<string> {
	const path = calibrationPath(root);
	await saveJson(path, calibration);
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
