import { runOnWorkerd } from './host.ts';

await runOnWorkerd('sse');
