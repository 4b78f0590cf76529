import { stripVTControlCharacters } from 'node:util';

/** Targets write stderr, and users name targets; nothing of that may be endless. */
const longestText = 2000;

// Controls, line breaks, and the marks that turn the direction of text around: all can forge what a reader sees.
const forging = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/gu;

/** One line of text without anything that moves a cursor, breaks a table or reverses the reading direction. */
export function cleanText(text: string): string {
	const plain = stripVTControlCharacters(text).toWellFormed().replace(forging, ' ').trimEnd();
	return plain.length > longestText ? `${plain.slice(0, longestText).toWellFormed()}…` : plain;
}

/** The same value with every string in it, at any depth, made one clean line; reporters then escape for their syntax only. */
export function clean<T>(value: T): T {
	return cleanAny(value) as T;
}

function cleanAny(value: unknown): unknown {
	if (typeof value === 'string') return cleanText(value);
	if (Array.isArray(value)) return value.map(cleanAny);
	if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanAny(inner)]));
}
