/** Where a scenario's section stands in the page. */
export function sectionAnchor(scenario: string): string {
	return `scenario-${scenario}`;
}

/** Where a chart stands. */
export function chartAnchor(chart: string): string {
	return `chart-${chart}`;
}

/** Where a finding stands in the table of all of them. */
export function findingAnchor(finding: string): string {
	return `finding-${finding}`;
}
