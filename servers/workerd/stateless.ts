import { runOnWorkerd } from './host.ts';

await runOnWorkerd('stateless');
