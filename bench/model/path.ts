/** What stands between swarm and target. */
export type Path =
	/** The embedded balancer, a process of its own: answers 502 while no server takes a connection. */
	{ readonly kind: 'balancer' };
