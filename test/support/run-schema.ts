import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const validators = new Map<string, ValidateFunction>();

/** A schema is compiled once, and all runs of a version have the same. */
function validatorOf(text: string): ValidateFunction {
	const known = validators.get(text);
	if (known) return known;
	// What a date looks like stands in the schema as a pattern, too.
	const validate = new Ajv2020({ validateFormats: false }).compile(JSON.parse(text));
	validators.set(text, validate);
	return validate;
}

/** Holds the record of a run against the schema in its own folder, as anybody could who is given the folder. */
export function assertDescribed(record: unknown, folder: string): void {
	const validate = validatorOf(readFileSync(join(folder, 'run.schema.json'), 'utf8'));
	assert.ok(validate(record), `run.json is not what its schema says: ${JSON.stringify(validate.errors)}`);
}
