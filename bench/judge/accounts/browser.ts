import type {
	Approach,
	BasicsEvent,
	BrowserEvent,
	CookiesEvent,
	CrowdEvent,
	HeaderEvent,
	PictureEvent,
	ProgramsEvent,
	TicketEvent,
	TokenCountEvent,
	TokenPlace,
} from '../../model/browser.ts';
import { logPlaces } from '../../model/browser.ts';
import type { HistoryEvent } from '../../model/history.ts';
import { type MeasureName, type Measures, type MeasureValue, measures } from '../../model/measures.ts';
import type { Account } from './account.ts';

/** Where somebody else than the client and its server can read what stands there. The profile is the browser's own. */
const readable: readonly TokenPlace[] = [...logPlaces, 'history', 'referer-same', 'referer-cross'];

/** What a real browser, and a plain client beside it, sent, kept and showed. */
export class Browser implements Account {
	/** Absent where there was no browser. */
	programs: ProgramsEvent | undefined;
	readonly leftOut: string[] = [];
	readonly headers: HeaderEvent[] = [];
	readonly tokens: TokenCountEvent[] = [];
	readonly tickets: TicketEvent[] = [];
	readonly cookies: CookiesEvent[] = [];
	readonly crowds: CrowdEvent[] = [];
	readonly pictures: PictureEvent[] = [];
	basics: BasicsEvent | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'browser') this.#keep(event);
	}

	/** How often tokens of an approach stood in these places; undefined where none was looked at. */
	count(approach: Approach, ...places: readonly TokenPlace[]): number | undefined {
		const mine = this.tokens.filter((each) => each.approach === approach && places.includes(each.place));
		return mine.length === 0 ? undefined : mine.reduce((sum, { count }) => sum + count, 0);
	}

	measures(): Measures {
		if (!this.programs) return {};
		return values({
			...this.#headerMeasures(),
			...this.#tokenMeasures(),
			...this.#cookieMeasures(),
			...this.#crowdMeasures(),
			...this.#basicMeasures(),
		});
	}

	#keep(event: BrowserEvent): void {
		switch (event.what) {
			case 'programs':
				this.programs = event;
				break;
			case 'left-out':
				this.leftOut.push(event.because);
				break;
			case 'header':
				this.headers.push(event);
				break;
			case 'tokens':
				this.tokens.push(event);
				break;
			case 'ticket':
				this.tickets.push(event);
				break;
			case 'cookies':
				this.cookies.push(event);
				break;
			case 'crowd':
				this.crowds.push(event);
				break;
			case 'basics':
				this.basics = event;
				break;
			case 'picture':
				this.pictures.push(event);
		}
	}

	#header(client: HeaderEvent['client'], header: HeaderEvent['header'] = 'authorization'): HeaderEvent | undefined {
		return this.headers.find((each) => each.client === client && each.header === header);
	}

	#headerMeasures(): Counts {
		return {
			headersTriedByEventSource: this.#header('EventSource')?.requests,
			headersByEventSource: this.#header('EventSource')?.received,
			headersByFetch: this.#header('fetch')?.received,
			headersByNode: this.#header('node')?.received,
			cookiesByNode: this.#header('node', 'cookie')?.received,
		};
	}

	#tokenMeasures(): Counts {
		const [again] = this.tickets.filter(({ use }) => use === 2);
		return {
			urlTokensInServerLog: this.count('url', 'server-log'),
			urlTokensInNginxLog: this.count('url', 'nginx-log'),
			urlTokensInNginxErrors: this.count('url', 'nginx-error'),
			urlTokensInHaproxyHttpLog: this.count('url', 'haproxy-http'),
			urlTokensInHaproxyOtherLogs: this.count('url', 'haproxy-tcp', 'haproxy-plain'),
			urlTokensInHistory: this.count('url', 'history'),
			pageTokensInHistory: this.count('page-url', 'history'),
			pageTokensInReferer: this.count('page-url', 'referer-same'),
			pageTokensInForeignReferer: this.count('page-url', 'referer-cross'),
			headerTokensSeen: this.count('header', ...readable),
			cookieTokensSeen: this.count('cookie', ...readable),
			ticketsSeen: this.count('ticket', ...readable),
			ticketTokensSeen: this.count('exchanged', ...readable),
			placesLookedAt: this.tokens.filter(({ approach, place }) => approach === 'header' && readable.includes(place))
				.length,
			ticketReplays: again && (again.status === 401 ? 0 : 1),
		};
	}

	/** Of requests that asked for credentials and arrived. */
	#cookieMeasures(): Counts {
		const asked = this.cookies.filter(({ page, credentials }) => page === 'cross-site' && credentials);
		const arrived = asked.flatMap(({ received }) => (received ? [received] : []));
		if (arrived.length === 0) return {};
		return {
			crossSiteLaxCookies: arrived.filter((kinds) => kinds.includes('lax') || kinds.includes('unset')).length,
			crossSiteNoneCookies: arrived.filter((kinds) => kinds.includes('none')).length,
		};
	}

	#crowdMeasures(): Counts {
		const heldUp = this.crowds.filter(({ otherAnswered }) => !otherAnswered);
		return {
			streamsOpenAtOnce: this.crowds.find(({ client }) => client === 'EventSource')?.arrived,
			fetchStreamsOpenAtOnce: this.crowds.find(({ client }) => client === 'fetch')?.arrived,
			...(this.crowds.length > 0 && {
				requestsHeldUp: heldUp.length,
				requestsReleased: heldUp.filter(({ afterTwo }) => afterTwo.otherAnswered).length,
			}),
		};
	}

	#basicMeasures(): Counts {
		const { basics } = this;
		if (!basics) return {};
		return {
			eventSourceReconnects: basics.reconnects,
			lastEventIds: basics.withLastEventId,
			eventSourcePosts: basics.postsReceived,
			statusesByEventSource: basics.statusByEventSource ? 1 : 0,
			statusesByFetch: basics.statusByFetch ? 1 : 0,
		};
	}
}

type Counts = { readonly [K in MeasureName]?: number | undefined };

/** What was counted; the rest is unknown. */
function values(counts: Counts): Measures {
	const known: Partial<Record<MeasureName, MeasureValue>> = {};
	for (const [name, value] of Object.entries(counts)) {
		if (value !== undefined) known[name as MeasureName] = { value, unit: measures[name as MeasureName].unit };
	}
	return known;
}
