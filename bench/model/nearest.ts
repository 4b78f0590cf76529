/** So many of the names as are asked for, those first that differ in the fewest letters. */
export function nearest(given: string, names: readonly string[], most: number): readonly string[] {
	const word = given.toLowerCase();
	const distances = names.map((name) => ({ name, distance: edits(word, name.toLowerCase()) }));
	return distances
		.toSorted((x, y) => x.distance - y.distance)
		.slice(0, most)
		.map(({ name }) => name);
}

/** How many letters must be put in, taken out or replaced to make one word of the other: Levenshtein's distance. */
function edits(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, n) => n);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
