/** Where a scenario's section stands in the page. */
export function sectionAnchor(scenario: string): string {
	return `scenario-${scenario}`;
}
