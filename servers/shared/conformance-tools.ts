import { setTimeout as wait } from 'node:timers/promises';
import type { Runtime } from './runtime.ts';
import { type Content, type Tool, type ToolCaller, type ToolResult, ToolTable, tool } from './tools.ts';

/** The tools that the protocol's conformance suites call by name; their behaviour is the suites' demand. */

/** Long enough for a client to tell two notifications apart. */
const pauseMs = 50;
/** How long an answer is held back after its connection was closed. */
const awayMs = 100;

/** One red pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A header, and no sample. */
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';

const image = { type: 'image', data: png, mimeType: 'image/png' };

/** A tool without arguments. */
function plain(
	name: string,
	description: string,
	run: (caller: ToolCaller) => ToolResult | Promise<ToolResult>,
	needs?: string,
): Tool {
	const made = tool(name, description, {}, (_, caller) => run(caller));
	return needs === undefined ? made : { ...made, needs };
}

const resource = (uri: string, mimeType: string, text: string): object => ({
	type: 'resource',
	resource: { uri, mimeType, text },
});

const contents: readonly Tool[] = [
	plain('test_simple_text', 'Answers with a text.', () => 'This is a simple text response for testing.'),
	plain('test_image_content', 'Answers with an image.', () => ({ content: [image] })),
	plain('test_audio_content', 'Answers with a sound.', () => ({
		content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
	})),
	plain('test_embedded_resource', 'Answers with a resource.', () => ({
		content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
	})),
	plain('test_multiple_content_types', 'Answers with a text, an image and a resource.', () => ({
		content: [
			{ type: 'text', text: 'Multiple content types test:' },
			image,
			resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
		],
	})),
	plain('test_error_handling', 'Fails.', (): Content => {
		const text = 'This tool intentionally returns an error for testing';
		return { content: [{ type: 'text', text }], isError: true };
	}),
];

const talking: readonly Tool[] = [
	plain('test_tool_with_progress', 'Reports progress, then answers.', async (caller) => {
		for (const step of [0, 50, 100]) {
			if (step > 0) await wait(pauseMs, undefined, { signal: caller.signal });
			await caller.report(step, 100);
		}
		return 'Progress reported.';
	}),
	plain('test_tool_with_logging', 'Sends log messages, then answers.', async (caller) => {
		caller.log('Tool execution started');
		for (const text of ['Tool processing data', 'Tool execution completed']) {
			await wait(pauseMs, undefined, { signal: caller.signal });
			caller.log(text);
		}
		return 'Logs sent.';
	}),
	plain('test_logging_tool', 'Sends a log message to a client that asked for them.', (caller) => {
		caller.log('A message of level info');
		return 'Logged where asked for.';
	}),
	plain('test_reconnection', 'Closes the connection, then answers on the resumed stream.', async (caller) => {
		caller.disconnect?.();
		await wait(awayMs, undefined, { signal: caller.signal });
		return 'Answered after the connection was closed.';
	}),
	// The suite looks for requests of the server on the stream. This server has none: it never asks its client.
	plain('test_streaming_elicitation', 'Reports progress, then answers without asking.', async (caller) => {
		await caller.report(1, 1);
		return 'Nothing had to be asked.';
	}),
	plain('test_missing_capability', 'Serves clients with sampling only.', () => 'The client can sample.', 'sampling'),
];

/** @param runtime whose listening clients are told that the tools have changed */
export function conformanceTools(runtime: Runtime): ToolTable {
	const change = plain('test_trigger_tool_change', 'Tells listening clients that the tools have changed.', () => {
		runtime.toolsChanged();
		return 'Told.';
	});
	return new ToolTable([...contents, ...talking, change]);
}
