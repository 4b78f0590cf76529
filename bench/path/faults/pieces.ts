/** Cuts bytes into pieces of at least one, each as long as `length` says, the last as long as it is. */
export function* piecesOf(bytes: Buffer, length: () => number): Generator<Buffer> {
	for (let from = 0; from < bytes.length; ) {
		const to = from + Math.max(1, Math.round(length()));
		yield bytes.subarray(from, to);
		from = to;
	}
}
