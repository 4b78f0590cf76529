/** The pages that the browser is shown. None names a policy of its own: what the browser does by default is asked. */

const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';

export const plainPage = `${head}<title>page</title><p>A page.</p>`;

/** A page that fetches from its own origin and from others, and has a link to the last of these. */
export function linkPage(foreign: readonly string[]): string {
	const images = ['/picture', ...foreign.map((origin) => `${origin}/picture`)];
	return `${head}<title>link</title>${images.map((src) => `<img alt="" src="${src}">`).join('')}
<a id="out" href="${foreign.at(-1) ?? ''}/landing">out</a>`;
}

/** Lists its streams with their states; see `in-page.ts`. */
export const crowdPage = `${head}<title>streams</title><style>
body{font:16px/1.5 system-ui,sans-serif;margin:20px 24px;color:#1d2433}
h1{font-size:19px;margin:0 0 10px}ol,ul{margin:0;padding:0;list-style:none}
li{display:flex;gap:12px;padding:3px 10px;border-left:4px solid #b8c0cc;margin:3px 0;background:#f4f6f9}
li b{width:8.5em;font-weight:500}
li[data-state=open]{border-color:#1a7f4b}li[data-state=waiting]{border-color:#b45309;background:#fff6e8}
</style><h1></h1><ul></ul>`;
