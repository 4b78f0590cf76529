import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { Place, SwarmSetup } from '../model/swarm.ts';
import type { Arrival } from '../model/target.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import type { VirtualClient } from './virtual-client.ts';

/** Of so many places all clients come at the same time: with more of them the clients of one would not meet. */
const placesAtOnce = 2;
/** At once is within this time: in the very same instant clients would go on in step, and meet a balancer's turns in step. */
const withinMs = 100;

/** The place that a client belongs to. */
export function placeOf({ index }: VirtualClient, { places }: Pick<SwarmSetup, 'places'>): Place {
	return places[index % places.length] as Place;
}

/**
 * Opens the clients whose coming matters, and leaves the others: those in turn one after another, all such places at the same time;
 * then those who come at once, few places at the same time, so that a place's clients meet. Each calls as soon as it is open, or has
 * failed to be. Fulfils when all have called.
 */
export async function arrive(
	added: readonly VirtualClient[],
	setup: Pick<SwarmSetup, 'places' | 'seed' | 'worker'>,
	callNow: (client: VirtualClient) => Promise<void>,
): Promise<void> {
	const random = seededRandom(deriveSeed(setup.seed, 'arrival', setup.worker));
	const come = async (client: VirtualClient): Promise<void> => {
		await client.open();
		await callNow(client);
	};
	const comeSoon = async (client: VirtualClient): Promise<void> => {
		await sleep(random.next() * withinMs);
		await come(client);
	};
	const byPlace = [...Map.groupBy(added, (client) => placeOf(client, setup))];
	const clientsOf = (arrival: Arrival) => byPlace.flatMap(([place, own]) => (place.arrival === arrival ? [own] : []));
	await pMap(clientsOf('in-turn'), (own) => pMap(own, come, { concurrency: 1 }));
	await pMap(clientsOf('at-once'), (own) => pMap(own, comeSoon), { concurrency: placesAtOnce });
}
