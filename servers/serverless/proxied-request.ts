import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { InvocationLine } from '../contract.ts';
import { http } from '../shared/builtins.ts';
import { asksForStream, passing } from './function-url.ts';
import { answerWith } from './host.ts';
import type { Instance } from './instance.ts';
import type { Usage } from './usage.ts';

interface Bounds {
	readonly instance: Instance;
	/** Whether the instance was started for this request. */
	readonly isCold: boolean;
	readonly timeoutMs: number;
	/** Set with the answer; undefined: none. */
	readonly cookie: string | undefined;
	over(): void;
}

/** A client's request on its way through an instance, from its arrival to its end. */
export class ProxiedRequest {
	readonly #req: IncomingMessage;
	readonly #res: ServerResponse;
	readonly #usage: Usage;
	readonly #bounds: Bounds;
	readonly #askedUs: number;
	#timer: NodeJS.Timeout | undefined;
	#fromUs: number | undefined;
	#upstream: ClientRequest | undefined;
	#isOver = false;

	constructor(req: IncomingMessage, res: ServerResponse, usage: Usage, bounds: Bounds) {
		this.#req = req;
		this.#res = res;
		this.#usage = usage;
		this.#bounds = bounds;
		this.#askedUs = usage.now();
		bounds.instance.has(1);
		res.on('error', () => {});
		res.once('close', () => {
			if (!res.writableFinished) this.#finish('left');
		});
	}

	get isHeld(): boolean {
		return asksForStream(this.#req) && !(this.#res.headersSent && this.#res.statusCode >= 400);
	}

	async run(): Promise<void> {
		const { instance } = this.#bounds;
		let url: URL;
		try {
			url = await instance.ready;
		} catch {
			this.#fail(500, 'crashed');
			return;
		}
		if (this.#isOver) return;
		this.#fromUs = this.#usage.now();
		// The whole time counts from here, without the start of an instance, and nothing that flows prolongs it.
		this.#timer = setTimeout(() => this.#fail(504, 'timeout'), this.#bounds.timeoutMs);
		const { method, url: path, headers } = this.#req;
		const length = headers['content-length'];
		const { cookie } = headers;
		const upstream = http.request({
			host: url.hostname,
			port: url.port,
			method,
			path,
			headers: { ...passing(headers), ...(cookie && { cookie }), ...(length && { 'content-length': length }) },
		});
		this.#upstream = upstream;
		upstream.once('response', (answer) => this.#pass(answer));
		upstream.on('error', () => this.#fail(503, 'crashed'));
		this.#req.pipe(upstream);
	}

	/** The client is cut off. */
	abandon(): void {
		this.#res.destroy();
	}

	/** The host ends. */
	leaveRunning(): void {
		this.#finish('running');
		this.#res.destroy();
	}

	#pass(answer: IncomingMessage): void {
		const set = [...(answer.headers['set-cookie'] ?? []), ...(this.#bounds.cookie ? [this.#bounds.cookie] : [])];
		const length = answer.headers['content-length'];
		this.#res.writeHead(answer.statusCode ?? 502, {
			...passing(answer.headers),
			...(length && { 'content-length': length }),
			...(set.length > 0 && { 'set-cookie': set }),
		});
		this.#res.flushHeaders();
		answer.once('error', () => this.#fail(503, 'crashed'));
		answer.once('end', () => this.#finish('answered'));
		answer.pipe(this.#res);
	}

	/** Answers in the instance's place, or cuts what had begun. */
	#fail(status: number, end: 'timeout' | 'crashed'): void {
		if (this.#isOver) return;
		if (!this.#res.headersSent) {
			answerWith(this.#res, status, { message: status === 504 ? 'upstream request timeout' : 'Service Unavailable' });
			this.#finish(end);
		} else {
			this.#finish(end);
			this.#res.destroy();
		}
	}

	#finish(end: InvocationLine['end']): void {
		if (this.#isOver) return;
		// Before it is over: an answer in the instance's place says nothing of what was asked for.
		const held = asksForStream(this.#req) && (end !== 'answered' || this.isHeld);
		this.#isOver = true;
		clearTimeout(this.#timer);
		// One that was answered is the agent's again.
		if (end !== 'answered') this.#upstream?.destroy();
		const { instance, isCold, over } = this.#bounds;
		instance.has(-1);
		const { headersSent, statusCode } = this.#res;
		const fromUs = this.#fromUs ?? this.#usage.now();
		this.#usage.write({
			askedUs: this.#askedUs,
			fromUs,
			pid: instance.process.pid,
			...(isCold && { coldStartMs: (fromUs - this.#askedUs) / 1000 }),
			held,
			end,
			...(headersSent && { status: statusCode }),
		});
		over();
	}
}
