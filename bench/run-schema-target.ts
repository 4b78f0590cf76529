import { z } from 'zod';
import { features } from './model/target.ts';
import { flag, number, text, whole } from './run-schema-words.ts';

// How a target stands in run.json.

const server = z
	.discriminatedUnion('kind', [
		z
			.strictObject({
				kind: z.literal('node'),
				file: text('relative to the project'),
				args: z.array(z.string()),
			})
			.meta({ description: 'a server of this project' }),
		z
			.strictObject({
				kind: z.literal('command'),
				command: text('command line for the shell'),
				url: text('where it listens'),
			})
			.meta({ description: 'a server of the user’s, started by the harness' }),
		z
			.strictObject({
				kind: z.literal('running'),
				url: text('where it listens'),
				pid: whole('its process, where it is known').exactOptional(),
			})
			.meta({ description: 'a server that ran already' }),
	])
	.meta({ description: 'how the harness comes to the server' });

const policy = z
	.enum([
		'fixed-3s',
		'sdk-default',
		'none',
		'full-jitter',
		'equal-jitter',
		'decorrelated-jitter',
		'immediate',
		'fixed-50ms',
		'server-retry',
		'full-jitter-resend',
	])
	.meta({ description: 'what a client does after a loss, by name: see “Clients” in results/README.md' });

const client = z
	.strictObject({
		stream: z.boolean().meta({ description: 'holds the stream on which the transport pushes' }),
		policy,
		cookies: flag('sends back the cookies that it was given'),
		arrival: z.enum(['in-turn', 'at-once']).exactOptional().meta({ description: 'how clients come, where it matters' }),
		pollMs: number('ms between two questions for what is new; absent: it never asks').exactOptional(),
		resume: z
			.boolean()
			.exactOptional()
			.meta({ description: 'asks for what it missed, where events had ids; absent: it does' }),
		tcpKeepAliveMs: number('ms of silence after which TCP probes; 0: never').exactOptional(),
		silenceMs: number('ms of silence after which a held stream counts as lost; absent: never').exactOptional(),
		idleConnectionMs: number('ms after which the client lets an idle connection go').exactOptional(),
	})
	.meta({ description: 'what its clients do beyond calling' });

const call = z
	.strictObject({
		tool: text('the tool that is called'),
		arguments: text('the text of a JSON object; {{seq}}, {{uuid}} and {{id}} differ from call to call'),
		echoes: z.boolean().meta({ description: 'answers hold the call’s id, and are checked for it' }),
		slow: z
			.strictObject({
				every: whole('every so-manieth call of a worker').exactOptional(),
				ms: number('how long the server takes for it'),
			})
			.exactOptional()
			.meta({ description: 'calls that take long on the server' }),
		polls: flag('each call asks for what followed the last number its client has seen'),
	})
	.meta({ description: 'what its clients call' });

export const targetSchema = z
	.strictObject({
		id: text('unique within the run: `sse`, `sse/full-jitter`'),
		base: text('the target it is a variant of, or its own id'),
		title: text('what reports call it'),
		transport: z.enum(['sse', 'stateful', 'stateless', 'modern']),
		implementation: z.enum(['reference', 'sdk1', 'sdk2', 'user', 'serverless']),
		reference: text('the reference arm of the same transport and clients, where there is one').exactOptional(),
		twinOf: text('of the A/A arm: the target that it is once more').exactOptional(),
		server,
		instances: whole('processes that share the clients; absent: one').exactOptional(),
		client,
		call,
		headerNames: z.array(z.string()).meta({ description: 'names of extra headers; values are written nowhere' }),
		features: z
			.array(z.enum(Object.keys(features) as [keyof typeof features, ...(keyof typeof features)[]]))
			.meta({ description: 'what a scenario may ask of it' }),
	})
	.meta({ id: 'target', description: 'a server together with the way its clients behave: one arm of a comparison' });
