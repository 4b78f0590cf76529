import { type Command, InvalidArgumentError } from 'commander';

/** The flags of what stands before a server that web pages ask; see `front.ts`. */
export interface FrontFlags {
	/** A file for lines in the format `combined`, nginx's default; absent: no access log. */
	readonly accessLog?: string;
	/** A file for every request as it arrived, headers included, as a line of JSON (`RequestLine`); absent: none. */
	readonly requestLog?: string;
	/** Pages of this origin may read answers, `loopback`: of any loopback origin; absent: pages of no other origin may. */
	readonly cors?: string;
	/** Whether a token is exchanged for a ticket, which goes into a URL once. */
	readonly tickets: boolean;
}

/** Adds these flags to a command. */
export function withFrontFlags(command: Command): Command {
	return command
		.option('--access-log <path>', 'write a line per answered request, as nginx does by default')
		.option('--request-log <path>', 'write down each request with its headers, secrets included')
		.option('--cors <origin>', 'let pages of this origin read answers; loopback = of any loopback origin', corsOrigin)
		.option('--tickets', 'POST /tickets with a token gives a ticket, good for one URL with ?ticket=', false);
}

function corsOrigin(text: string): string {
	if (text === 'loopback' || (URL.canParse(text) && new URL(text).origin === text)) return text;
	throw new InvalidArgumentError('Allowed: an origin such as http://127.0.0.1:8080, or loopback.');
}
