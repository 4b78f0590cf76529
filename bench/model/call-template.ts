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

/** Makes the calls of a template. Work that is the same for every call is done once, here. */
export function callMaker(template: CallTemplate): (id: string, seq: number, uuid: () => string) => Call {
	const { tool, echoes } = template;
	const parts = template.arguments.split(/(\{\{(?:seq|uuid|id)\}\})/);
	if (parts.length === 1) return (id) => ({ id, tool, arguments: template.arguments });
	return (id, seq, uuid) => {
		let text = '';
		for (const part of parts) {
			if (part === '{{id}}') text += id;
			else if (part === '{{seq}}') text += seq;
			else if (part === '{{uuid}}') text += uuid();
			else text += part;
		}
		return echoes ? { id, tool, arguments: text, expect: id } : { id, tool, arguments: text };
	};
}
