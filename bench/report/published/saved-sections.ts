import type { ReportSection } from '../../model/report.ts';

// The sections of a report as JSON: what was computed from histories, for as long as the histories are elsewhere. JSON has neither
// bytes nor numbers that are none, and in a list nothing that is absent: these are written as objects with a key of their own.

const bytesKey = '$bytes';
const numberKey = '$number';
const absentKey = '$absent';

export function sectionsText(sections: readonly ReportSection[]): string {
	return JSON.stringify(encoded(sections));
}

/** @throws SyntaxError where the text is no JSON */
export function sectionsFrom(text: string): readonly ReportSection[] {
	return decoded(JSON.parse(text)) as readonly ReportSection[];
}

function encoded(value: unknown): unknown {
	if (value instanceof Uint8Array) return { [bytesKey]: Buffer.from(value).toString('base64') };
	if (typeof value === 'number' && !Number.isFinite(value)) return { [numberKey]: String(value) };
	if (Array.isArray(value)) return value.map((item) => (item === undefined ? { [absentKey]: true } : encoded(item)));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encoded(inner)]));
}

function decoded(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(decoded);
	if (typeof value !== 'object' || value === null) return value;
	if (bytesKey in value) return new Uint8Array(Buffer.from(String(value[bytesKey]), 'base64'));
	if (numberKey in value) return Number(value[numberKey]);
	if (absentKey in value) return undefined;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decoded(inner)]));
}
