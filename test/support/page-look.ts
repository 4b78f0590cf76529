import type { ProtocolEvent } from './chromium.ts';

/** What a reader would see in the console in red or yellow. */
export function complaints(events: readonly ProtocolEvent[]): ProtocolEvent[] {
	return events.filter(({ method, params }) => {
		if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') return true;
		return method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes(String(params.type));
	});
}

/** Runs in the page: the ids of all canvases, and of those with one colour only. */
export const canvases = `(() => {
	const all = [...document.querySelectorAll('canvas')];
	const blank = all.filter((canvas) => {
		if (canvas.width === 0 || canvas.height === 0) return true;
		const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
		return pixels.every((pixel) => pixel === pixels[0]);
	});
	return { all: all.map(({ id }) => id), blank: blank.map(({ id }) => id) };
})()`;
