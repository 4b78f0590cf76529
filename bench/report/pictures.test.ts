import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ReportInput } from '../model/report.ts';
import { fixture } from './fixture.ts';
import { htmlReport } from './html.ts';
import { writeReports } from './index.ts';
import { markdownReport } from './markdown.ts';
import { pictures } from './pictures.ts';

const [section, ...others] = fixture.sections;
const bytes = new Uint8Array(5000).map((_, n) => n % 256);
const picture = { id: 'auth-sse', title: 'Seven <streams>', caption: 'six "open"', type: 'image/png', bytes } as const;
const input = {
	...fixture,
	sections: [...(section ? [{ ...section, pictures: [picture] }] : []), ...others],
} as ReportInput;

test('a picture is in the page itself, in a file beside it, byte for byte, and named in the Markdown', async () => {
	const html = await htmlReport(input);
	const [, source = ''] = /<img src="data:image\/png;base64,([^"]+)"/.exec(html) ?? [];
	assert.deepEqual(Uint8Array.from(Buffer.from(source, 'base64')), bytes);
	assert.ok(html.includes('Seven &lt;streams') && html.includes('six &quot;open&quot;'));
	assert.match(markdownReport(input), /!\[Seven .*\]\(pictures\/auth-sse\.png\)/);
	const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
	try {
		const { paths, failures } = await writeReports(input, folder, [pictures]);
		assert.deepEqual([paths, failures], [[join(folder, 'pictures/auth-sse.png')], []]);
		assert.deepEqual(Uint8Array.from(await readFile(paths[0] ?? '')), bytes);
	} finally {
		await rm(folder, { recursive: true });
	}
});
