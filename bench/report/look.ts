// How a chart looks where it is drawn. This file also runs in the browser: see html/bundle.ts.
import type { Palette, Scheme } from './palette.ts';

/** Where a chart is drawn. */
export interface Look {
	readonly scheme: Scheme;
	readonly palette: Palette;
	readonly font: string;
	/** A phone: smaller type, bars lie down so that their names can be read. */
	readonly narrow: boolean;
	/** A picture carries its own heading, explanation and origin; in the page these are text. */
	readonly caption?: Caption;
}

export interface Caption {
	/** Lines below the title. */
	readonly subtitle: readonly string[];
	readonly footer: string;
}

/** Colours and type of everything in a chart that is not data. */
export interface Theme {
	readonly text: string;
	readonly muted: string;
	readonly grid: string;
	readonly surface: string;
	readonly shade: string;
	readonly font: string;
	readonly fontPx: number;
}

const colours = {
	light: { text: '#1b1f24', muted: '#57606a', grid: '#e4e7eb', surface: '#ffffff', shade: 'rgba(110, 119, 129, 0.18)' },
	dark: { text: '#e6e9ed', muted: '#a3adb8', grid: '#2d333b', surface: '#14171c', shade: 'rgba(160, 170, 180, 0.20)' },
} as const;

/** The colours of the page's own style sheet, so that a chart and the text around it are one. */
export function themeOf(look: Look): Theme {
	const pageFontPx = look.narrow ? 11 : 13;
	return { ...colours[look.scheme], font: look.font, fontPx: look.caption === undefined ? pageFontPx : 16 };
}

/** Breaks text at spaces into lines of about `width` characters; longer words stay whole. */
export function wrapped(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + word.length + 1 <= width) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
}

/** Cuts text that would run out of a chart; the table beside it has all of it. */
export function shortened(text: string, width: number): string {
	return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
