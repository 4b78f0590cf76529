import { type SdkServerName, sdkServers } from './index.ts';

/** Every server on the SDK with the transport it speaks, for the tests of this folder. */
export const servers = (Object.keys(sdkServers) as SdkServerName[]).map((name) => ({
	name,
	transport: name.slice('sdk1-'.length) as 'sse' | 'stateful' | 'stateless' | 'modern',
}));
