import { runOnWorkerd } from './host.ts';

await runOnWorkerd('stateful');
