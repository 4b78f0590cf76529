import type { Claim } from './finding.ts';

/**
 * Something that the article says and no scenario decides by itself: it stands or falls with what several have found.
 */
export interface Statement extends Claim {
	/** Ids of the claims that speak for it where they are confirmed, and against it where they are refuted; the one that decides most first. */
	readonly restsOn: readonly string[];
	/** Ids of the claims that speak against it where they are confirmed. */
	readonly against?: readonly string[];
	/** Why no figure of this project can decide it; what it rests on is then no more than what a reader should weigh. */
	readonly unmeasured?: string;
}

/** A part of the article and what it says, in its order: the id of a claim that a scenario decides, or a statement. */
export interface ArticlePart {
	readonly title: string;
	readonly says: readonly (string | Statement)[];
}
