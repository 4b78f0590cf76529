/** Parts of a secret shorter than this are words that any text may hold. */
const shortestSecret = 6;

/**
 * Takes the values of headers out of a text: a server may repeat what it was sent, and what it says is saved and shown.
 * @param headers name, value, name, value
 */
export function redactor(headers: readonly string[]): (text: string) => string {
	const values = headers.filter((_, n) => n % 2 === 1);
	const secrets = [...new Set([...values, ...values.flatMap((value) => value.split(/[\s,;=]+/))])]
		.filter((secret) => secret.length >= shortestSecret)
		.sort((a, b) => b.length - a.length);
	return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}
