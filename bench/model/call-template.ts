import type { Call } from './session.ts';

/** What every call of a swarm does: a tool and its arguments, with places that differ from call to call. */
export interface CallTemplate {
	readonly tool: string;
	/** The text of a JSON object; `{{seq}}` becomes the number of the call, `{{uuid}}` a UUID, `{{id}}` the call's id. */
	readonly arguments: string;
	/** Whether the tool answers with the call's id, so that content can be checked and not only success. */
	readonly echoes: boolean;
}

/** The reference tool `echo`: each answer must hold the id of its call. */
export const echoTemplate: CallTemplate = { tool: 'echo', arguments: '{"text":"{{id}}"}', echoes: true };

/** Makes the calls of a template. What is the same for every call is worked out once, here. */
export function callMaker(template: CallTemplate): (id: string, seq: number, uuid: () => string) => Call {
	const { tool, echoes } = template;
	const parts = template.arguments.split(/(\{\{(?:seq|uuid|id)\}\})/);
	const values: Readonly<Record<string, (id: string, seq: number, uuid: () => string) => string>> = {
		'{{id}}': (id) => id,
		'{{seq}}': (_id, seq) => String(seq),
		'{{uuid}}': (_id, _seq, uuid) => uuid(),
	};
	return (id, seq, uuid) => {
		let text = '';
		for (const part of parts) text += values[part]?.(id, seq, uuid) ?? part;
		return echoes ? { id, tool, arguments: text, expect: id } : { id, tool, arguments: text };
	};
}
