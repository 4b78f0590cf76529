const thinSpace = '\u202f';

/** What a report says, its thin spaces ordinary ones: for what is asked of its words. */
export function plain(text = ''): string {
	return text.replaceAll(thinSpace, ' ');
}

/** The same, its thin spaces marked by `~`: for what is asked of its spaces, too. */
export function seen(text: string): string {
	return text.replaceAll(thinSpace, '~');
}
