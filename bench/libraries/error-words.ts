/** An error as a table can hold it. */
export interface ErrorWords {
	readonly error: string;
	readonly httpStatus?: number;
}

const longest = 90;
/** Causes of causes: an error may name itself. */
const deepest = 4;

/**
 * Class, where it says more than `Error`, code and first words of whatever was thrown. Names that differ from trial to trial (ports, session ids) are left out, so
 * that repeats can be compared.
 */
export function errorWords(thrown: unknown): ErrorWords {
	if (!(thrown instanceof Error)) return { error: cleaned(String(thrown)) };
	const status = statusOf(thrown);
	const code = codeOf(thrown);
	const { name } = thrown.constructor;
	const known = [...(name === 'Error' ? [] : [name]), ...(code === undefined ? [] : [code])].join(' ');
	// Some libraries keep the status to themselves unless they are asked for it.
	const isSaid = status === undefined || `${known} ${thrown.message}`.includes(String(status));
	const head = [known, ...(isSaid ? [] : [String(status)])].filter((part) => part !== '').join(' ');
	const error = cleaned(head === '' ? thrown.message : `${head}: ${thrown.message}`);
	return { error, ...(status !== undefined && { httpStatus: status }) };
}

/** The first code on the way to the cause: of the library, or of the system where the library has none. */
function codeOf(error: Error): string | undefined {
	let at: unknown = error;
	for (let n = 0; n < deepest && at instanceof Error; n++) {
		const { code } = at as { code?: unknown };
		if (typeof code === 'string' || typeof code === 'number') return String(code);
		at = at.cause;
	}
	return undefined;
}

/** The HTTP status, where the library says it as a number, or at least in its words. */
function statusOf(error: Error): number | undefined {
	const { status, code } = error as { status?: unknown; code?: unknown };
	const found = [status, code, Number(/\bHTTP (\d{3})\b/.exec(error.message)?.[1])].find(
		(value): value is number => typeof value === 'number' && value >= 100 && value <= 599,
	);
	return found;
}

function cleaned(text: string): string {
	const plain = text
		.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
		.replaceAll(/\b(127(?:\.\d{1,3}){3}|localhost):\d+/g, '$1')
		.replaceAll(/\s+/g, ' ')
		// What a server answered in JSON is quoted whole, and is no words.
		.replace(/[\s:]*\{.*$/, '')
		.trim();
	return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
