/** What the workers use of the runtime's own modules and types. */
declare module 'cloudflare:workers' {
	export interface ObjectStorage {
		get<T>(key: string): Promise<T | undefined>;
		put(key: string, value: unknown): Promise<void>;
		deleteAll(): Promise<void>;
	}
	export interface ObjectState {
		readonly id: { readonly name?: string };
		readonly storage: ObjectStorage;
		blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
	}
	export interface ObjectNamespace {
		idFromName(name: string): unknown;
		get(id: unknown): { fetch(request: Request): Promise<Response> };
	}
	export abstract class DurableObject<Env> {
		protected readonly ctx: ObjectState;
		protected readonly env: Env;
		constructor(ctx: ObjectState, env: Env);
	}
}
