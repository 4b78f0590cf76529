/** What stands between swarm and target. */
export type Path =
	/** The embedded balancer, a process of its own: answers 502 while no server takes a connection. */
	| { readonly kind: 'balancer' }
	/** Nothing, but target and swarm live in a network of their own, in which packets can be dropped without a word. */
	| { readonly kind: 'namespace' };

/**
 * The network that a process is started in, absent where it is the harness's own: a `fresh` one, in which nothing is up yet and
 * which vanishes with its last process; or that of a process that runs.
 */
export type Network =
	| { readonly kind: 'fresh'; readonly asUser: boolean }
	/** `asUser`: it belongs to a user namespace, as it must where the harness is not root. */
	| { readonly kind: 'of'; readonly pid: number; readonly asUser: boolean };
