import type { PathFault, PathFaultOf } from '../../model/path-fault.ts';
import { bandwidth } from './bandwidth.ts';
import { buffering } from './buffering.ts';
import { cutEvent } from './cut-event.ts';
import { firstByteTimeout } from './first-byte-timeout.ts';
import { idleTimeout } from './idle-timeout.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { maxDuration } from './max-duration.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import type { MakeByteStage, MakeConnectionStage, MakeExchangeStage } from './stage.ts';
import { stripHeaders } from './strip-headers.ts';
import { timeout } from './timeout.ts';

/** What a fault acts on, and how it begins to. */
export type Made<F> =
	| { readonly on: 'bytes'; readonly make: MakeByteStage<F> }
	| { readonly on: 'connection'; readonly make: MakeConnectionStage<F> }
	| { readonly on: 'exchange'; readonly make: MakeExchangeStage<F> };

/** Every fault of the embedded proxy: one file, one line here. */
const table: { readonly [K in PathFault['kind']]: Made<PathFaultOf<K>> } = {
	latency: { on: 'bytes', make: latency },
	bandwidth: { on: 'bytes', make: bandwidth },
	slow_close: { on: 'bytes', make: slowClose },
	timeout: { on: 'bytes', make: timeout },
	reset_peer: { on: 'bytes', make: resetPeer },
	slicer: { on: 'bytes', make: slicer },
	limit_data: { on: 'bytes', make: limitData },
	idle_timeout: { on: 'connection', make: idleTimeout },
	max_duration: { on: 'exchange', make: maxDuration },
	first_byte_timeout: { on: 'exchange', make: firstByteTimeout },
	buffering: { on: 'exchange', make: buffering },
	cut_event: { on: 'exchange', make: cutEvent },
	strip_headers: { on: 'exchange', make: stripHeaders },
};

export function madeFor({ kind }: PathFault): Made<PathFault> {
	return table[kind] as Made<PathFault>;
}

/** Whether connections must be led through stages for it, rather than handed to node:http as they are. */
export function actsOnBytes({ kind }: PathFault): boolean {
	return table[kind].on === 'bytes';
}
