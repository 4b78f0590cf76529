import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Calibration, calibrationSchema } from '../model/calibration.ts';

/** Beside the runs, because every run of this machine shows it. */
export function calibrationPath(root: string): string {
	return join(root, 'calibration.json');
}

/** Written aside and renamed, so that a reader never finds half a file. */
export async function saveCalibration(root: string, calibration: Calibration): Promise<string> {
	await mkdir(root, { recursive: true });
	const path = calibrationPath(root);
	await writeFile(`${path}.tmp`, `${JSON.stringify(calibration, null, '\t')}\n`);
	await rename(`${path}.tmp`, path);
	return path;
}

/** The last calibration of this machine, or undefined: none was made, or another version wrote it. */
export function loadCalibration(root: string): Calibration | undefined {
	try {
		const found = JSON.parse(readFileSync(calibrationPath(root), 'utf8')) as Partial<Calibration>;
		return found.schema === calibrationSchema ? (found as Calibration) : undefined;
	} catch {
		return undefined;
	}
}
