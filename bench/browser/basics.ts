import { setTimeout as wait } from 'node:timers/promises';
import { askRefused, leaveOpen, openByPost } from './in-page.ts';
import { onlyEventId } from './origin.ts';
import { probed, withProbe } from './request-log.ts';
import { patienceMs, type Studio } from './studio.ts';
import { within } from './wait.ts';

/** How long one that should not come again is waited for: several times what the server told it to wait. */
const againMs = 400;

/** What EventSource does by itself, and what it cannot, against a server that counts. */
export async function observeBasics(studio: Studio): Promise<void> {
	const { home, tell } = studio;
	await studio.inPage(home.at('/'), async (page) => {
		const events = home.at('/events');
		await page.evaluate(leaveOpen, probed(events, 'again'));
		await within(patienceMs, () => withProbe(home.seen, 'again').length > 1);
		const [, ...again] = withProbe(home.seen, 'again');
		await page.evaluate(openByPost, probed(events, 'post'));
		await within(patienceMs, () => withProbe(home.seen, 'post').length > 0);
		const posts = withProbe(home.seen, 'post').slice(0, 1);
		const told = await page.evaluate(askRefused, home.at('/refused'));
		await wait(againMs);
		tell({
			what: 'basics',
			reconnects: again.length,
			withLastEventId: again.filter(({ headers }) => headers['last-event-id'] === onlyEventId).length,
			postsTried: posts.length,
			postsReceived: posts.filter(({ method }) => method === 'POST').length,
			statusByEventSource: told.byEventSource,
			statusByFetch: told.byFetch,
			retriesAfterError: withProbe(home.seen, 'refused').length > 1,
		});
	});
}
