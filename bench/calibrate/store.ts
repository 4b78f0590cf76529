import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Calibration, calibrationSchema } from '../model/calibration.ts';
import type { VerdictProof } from '../model/verdict-proof.ts';
import { asideOf } from '../report/whole-file.ts';
import { makeFolder, saveJson } from '../store.ts';
import { asCalibration, asVerdictProof } from './schema.ts';

/** Beside the runs, because every run of this machine shows it. */
function calibrationPath(root: string): string {
	return join(root, 'calibration.json');
}

/** What is known of this machine: its two parts are measured by commands of their own. A part that was not measured is absent. */
export interface KnownMachine {
	readonly calibration?: Calibration;
	readonly verdictProof?: VerdictProof;
}

/** Tries whether a calibration can be kept there, before minutes are spent on it. @throws the file system's error */
export async function prepareCalibration(root: string): Promise<void> {
	await makeFolder(root);
	const aside = asideOf(calibrationPath(root));
	await writeFile(aside, '');
	await rm(aside);
}

/** Keeps what was measured; the other part stays as it was. @returns where it is kept */
export async function saveCalibration(root: string, measured: KnownMachine): Promise<string> {
	const path = calibrationPath(root);
	const { calibration, verdictProof } = { ...loadCalibration(root), ...measured };
	await saveJson(path, { schema: calibrationSchema, ...calibration, ...(verdictProof && { verdicts: verdictProof }) });
	return path;
}

/** What was last measured of this machine; without the parts that were not, or that this version cannot show. */
export function loadCalibration(root: string): KnownMachine {
	try {
		const kept = JSON.parse(readFileSync(calibrationPath(root), 'utf8')) as { verdicts?: unknown };
		const { verdicts, ...rest } = kept;
		const calibration = asCalibration(rest);
		const verdictProof = asVerdictProof(verdicts);
		return { ...(calibration && { calibration }), ...(verdictProof && { verdictProof }) };
	} catch {
		return {};
	}
}
