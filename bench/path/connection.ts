import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PathFault, StreamEnd } from '../model/path-fault.ts';
import type { Random } from '../random.ts';
import { Conduit, finish, reset } from './conduit.ts';
import type { NoteCut } from './cut-log.ts';
import type { ConnectionStage, MakeByteStage, MakeConnectionStage, Watched } from './faults/stage.ts';
import { isSilenced, silence } from './silence.ts';

/** Of a stream that node:http was handed, the connection that it belongs to. */
const connections = new WeakMap<Duplex, Connection>();

/** What is under way on a connection. */
interface UnderWay {
	limit(by: string, end: StreamEnd, status: number): void;
}

/** A client's connection: what node:http is handed of it, its clocks, and its ends. */
export class Connection implements Watched {
	readonly stream: Duplex;
	readonly #socket: Socket;
	readonly #conduit: Conduit | undefined;
	readonly #note: NoteCut;
	readonly #startedMs = performance.now();
	#flowedMs = this.#startedMs;
	readonly #stages = new Map<string, ConnectionStage>();
	#underWay: UnderWay | undefined;

	/** @param throughLanes whether faults may act on its bytes */
	constructor(socket: Socket, throughLanes: boolean, note: NoteCut) {
		this.#socket = socket;
		this.#note = note;
		this.#conduit = throughLanes ? new Conduit(socket) : undefined;
		this.stream = this.#conduit ?? socket;
		connections.set(this.stream, this);
		socket.once('close', () => {
			for (const stage of this.#stages.values()) stage.stop();
			this.#stages.clear();
		});
	}

	/** @returns undefined for a stream that no front took */
	static of(stream: Duplex | null): Connection | undefined {
		return stream ? connections.get(stream) : undefined;
	}

	get isSilent(): boolean {
		return isSilenced(this.#socket);
	}

	/** For how long nothing has flowed. */
	get idleMs(): number {
		return performance.now() - this.#flowedMs;
	}

	/** Payload has flowed, either way. */
	flowed(): void {
		this.#flowedMs = performance.now();
		for (const stage of this.#stages.values()) stage.flowed();
	}

	began(exchange: UnderWay): void {
		this.#underWay = exchange;
		this.flowed();
	}

	ended(exchange: UnderWay): void {
		if (this.#underWay === exchange) this.#underWay = undefined;
	}

	watch<F extends PathFault>(key: string, make: MakeConnectionStage<F>, fault: F): void {
		if (!this.#socket.destroyed && !this.isSilent) this.#stages.set(key, make(fault, this));
	}

	lead<F extends PathFault>(key: string, make: MakeByteStage<F>, fault: F, random: Random): void {
		const { stream = 'downstream' } = fault;
		const noted = (fault_: F, out: Parameters<MakeByteStage<F>>[1], drawn: Random) => {
			const cut = (end: 'fin' | 'rst') => {
				const isGone = this.#socket.destroyed;
				if (this.isSilent && !isGone) return;
				if (!isGone) this.#noteCut(fault.kind, end);
				out.cut(end);
			};
			return make(fault_, { ...out, cut }, drawn);
		};
		this.#conduit?.[stream].add(key, noted, fault, random);
	}

	/** The fault is healed. */
	release(key: string, { stream = 'downstream' }: PathFault): void {
		this.#conduit?.[stream].remove(key);
		this.#stages.get(key)?.stop();
		this.#stages.delete(key);
	}

	limit(by: string, end: StreamEnd, status: number): void {
		if (this.#underWay) this.#underWay.limit(by, end, status);
		// Between two answers an end is a proper one, however it comes.
		else this.cut(by, end === 'clean' ? 'fin' : end);
	}

	/** Ends it, and says so. @param atOnce what was written need not arrive first */
	cut(by: string, end: Exclude<StreamEnd, 'clean'>, atOnce = false): void {
		if (this.#socket.destroyed) return;
		if (!this.isSilent) this.#noteCut(by, end);
		if (atOnce) this.#socket.destroy();
		else if (!this.isSilent) this.end(end);
	}

	end(end: Exclude<StreamEnd, 'clean'>): void {
		if (end === 'silent') this.silence();
		else if (end === 'rst') reset(this.#socket);
		else if (this.#conduit) this.#conduit.destroySoon();
		else finish(this.#socket);
	}

	/** Half-open from now on, for good. */
	silence(): void {
		for (const stage of this.#stages.values()) stage.stop();
		this.#stages.clear();
		silence(this.#socket);
		this.#conduit?.release();
	}

	#noteCut(by: string, end: StreamEnd): void {
		this.#note({ by, end, lastedMs: performance.now() - this.#startedMs, idleMs: this.idleMs });
	}
}
