import { type Failure, SessionError } from '../model/session.ts';

/** How an error of undici or of the kernel reads as a reason. */
export function failureOf(error: unknown): Failure {
	if (error instanceof SessionError) return error.why;
	const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
	switch (code) {
		case 'ECONNREFUSED':
			return 'refused';
		case 'ECONNRESET':
		case 'EPIPE':
			return 'reset';
		case 'UND_ERR_CONNECT_TIMEOUT':
			return 'connect-timeout';
		case 'ETIMEDOUT':
			// The kernel gave up a connection that was there, after unanswered probes or repetitions: what was sent may have arrived.
			return syscall === 'read' || syscall === 'write' ? 'timeout' : 'connect-timeout';
		case 'EADDRNOTAVAIL':
		case 'EMFILE':
		case 'ENFILE':
			return 'no-ports';
		case 'UND_ERR_ABORTED':
		case 'UND_ERR_DESTROYED':
			return 'aborted';
		case 'UND_ERR_HEADERS_TIMEOUT':
		case 'UND_ERR_BODY_TIMEOUT':
			return 'timeout';
		case 'UND_ERR_SOCKET':
		case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
			return 'closed';
		default:
			// After `Connection: close` undici takes a body that was cut short, be it by FIN or by RST, for broken HTTP.
			return (error as Error).message?.includes('Invalid EOF state') ? 'closed' : 'protocol';
	}
}
