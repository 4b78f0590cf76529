import type { Call } from './session.ts';

/** What every call of a swarm does: a tool and its arguments, with places that differ from call to call. */
export interface CallTemplate {
	readonly tool: string;
	/** The text of a JSON object; `{{seq}}` becomes the number of the call, `{{uuid}}` a UUID, `{{id}}` the call's id. */
	readonly arguments: string;
	/** Whether the tool answers with the call's id, so that content can be checked and not only success. */
	readonly echoes: boolean;
	/** Absent: no call is slow. */
	readonly slow?: SlowCalls;
	/** Each client asks for what followed the last number it has seen: its arguments are made for each call. */
	readonly polls?: true;
}

/** Every `every`th call of a worker is to take `ms` on the server; absent: only those that the load asks to be slow. */
export interface SlowCalls {
	readonly every?: number;
	readonly ms: number;
}

/** The reference tool `echo`: each answer must hold the id of its call. */
export const echoTemplate: CallTemplate = { tool: 'echo', arguments: '{"text":"{{id}}"}', echoes: true };

/** Polls for pushes, with the tool that reference servers have where they push. */
export const changesTemplate: CallTemplate = { tool: 'changes', arguments: '{}', echoes: false, polls: true };

/** Whether a template is that of the reference tool, as only servers of this project are sure to have it. */
function isEcho({ tool, arguments: text }: CallTemplate): boolean {
	return tool === echoTemplate.tool && text === echoTemplate.arguments;
}

/** Every nth call of a worker asks to be answered late; a template that is not `echoTemplate` stays as it is. */
export function withSlowCalls(template: CallTemplate, slow: SlowCalls | undefined): CallTemplate {
	return slow && slow.ms > 0 && isEcho(template) ? { ...template, slow } : template;
}

type Fill = (id: string, seq: number, uuid: () => string) => string;
const places: Readonly<Record<string, Fill>> = {
	'{{id}}': (id) => id,
	'{{seq}}': (_id, seq) => String(seq),
	'{{uuid}}': (_id, _seq, uuid) => uuid(),
};

type CallMaker = (id: string, seq: number, uuid: () => string) => Call;

/** @param isSlow whether this call is to be slow in any case, where the template has slow calls at all */
type SlowCallMaker = (id: string, seq: number, uuid: () => string, isSlow?: boolean) => Call;

/** Makes the calls of a template; which of them are slow is counted in the order in which they are made. */
export function callMaker(template: CallTemplate): SlowCallMaker {
	const { slow } = template;
	const make = makerOf(template);
	if (!slow) return make;
	const { every = Number.POSITIVE_INFINITY, ms } = slow;
	const late = makerOf({ ...template, arguments: template.arguments.replace(/}$/, `,"afterMs":${ms}}`) });
	let made = 0;
	return (id, seq, uuid, isSlow = false) => (isSlow || made++ % every === every - 1 ? late : make)(id, seq, uuid);
}

/** What is the same for every call is worked out once, here. */
function makerOf(template: CallTemplate): CallMaker {
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
