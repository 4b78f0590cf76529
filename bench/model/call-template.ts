import type { Call } from './session.ts';

/** What every call of a swarm does: a tool and its arguments, with places that differ from call to call. */
export interface CallTemplate {
	readonly tool: string;
	/** The text of a JSON object; `{{seq}}` becomes the number of the call, `{{uuid}}` a UUID, `{{id}}` the call's id. */
	readonly arguments: string;
	/** Whether the tool answers with the call's id, so that content can be checked and not only success. */
	readonly echoes: boolean;
}

/** Every `every`th call of a worker is to take `ms` on the server. */
export interface SlowCalls {
	readonly every: number;
	readonly ms: number;
}

/** The reference tool `echo`: each answer must hold the id of its call. */
export const echoTemplate: CallTemplate = { tool: 'echo', arguments: '{"text":"{{id}}"}', echoes: true };

type Fill = (id: string, seq: number, uuid: () => string) => string;
const places: Readonly<Record<string, Fill>> = {
	'{{id}}': (id) => id,
	'{{seq}}': (_id, seq) => String(seq),
	'{{uuid}}': (_id, _seq, uuid) => uuid(),
};

/** Makes the calls of a template. What is the same for every call is worked out once, here. */
export function callMaker(template: CallTemplate): (id: string, seq: number, uuid: () => string) => Call {
	const { tool, echoes } = template;
	// Split at the places, which then stand at every odd index.
	const [first = '', ...rest] = template.arguments.split(/(\{\{(?:seq|uuid|id)\}\})/);
	const fills: { readonly fill: Fill; readonly after: string }[] = [];
	for (let n = 0; n < rest.length; n += 2) {
		fills.push({ fill: places[rest[n] as string] as Fill, after: rest[n + 1] as string });
	}
	return (id, seq, uuid) => {
		let text = first;
		for (const { fill, after } of fills) text += fill(id, seq, uuid) + after;
		return { id, seq, tool, arguments: text, expect: echoes ? id : undefined };
	};
}
