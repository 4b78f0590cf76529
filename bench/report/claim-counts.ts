import type { Finding } from '../model/finding.ts';
import { counted } from '../model/quantity.ts';

/** What scenarios decide. Statements that rest on others are none: in one number with them everything would count twice. */
export function claimsOf(findings: readonly Finding[]): readonly Finding[] {
	return findings.filter(({ restsOn }) => restsOn === undefined);
}

/** Those that rest on others. */
export function statementsOf(findings: readonly Finding[]): readonly Finding[] {
	return findings.filter(({ restsOn }) => restsOn !== undefined);
}

/** `39 claims: 10 confirmed, 6 refuted, …; and 9 statements that rest on these: …`: the same numbers in every place that counts. */
export function countsInWords(findings: readonly Finding[]): string {
	const [claims, statements] = [claimsOf(findings), statementsOf(findings)];
	const said = [`${counted(claims.length, 'claim')}: ${verdictsOf(claims)}`];
	if (statements.length > 0)
		said.push(
			`and ${counted(statements.length, 'statement that rests on these', 'statements that rest on these')}: ${verdictsOf(statements)}`,
		);
	return `${said.join('; ')}.`;
}

const order = ['confirmed', 'refuted', 'depends', 'inconclusive', 'not measurable'] as const;

function verdictsOf(findings: readonly Finding[]): string {
	const words = findings.map(({ verdict, unmeasured }) => (unmeasured ? 'not measurable' : verdict));
	return order
		.flatMap((word) => {
			const n = words.filter((each) => each === word).length;
			return n === 0 ? [] : [`${n} ${word}`];
		})
		.join(', ');
}
