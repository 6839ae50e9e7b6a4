// Asks QUARK for a deployment, once the one before it is over, and prints its id.   QUARK_TOKEN=T trigger URL owner/name
import { sleep } from './lib/common.mjs';
import { once } from './lib/http1.mjs';

const [url, repo] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${process.env.QUARK_TOKEN}`, 'Content-Type': 'application/json' };
const end = Date.now() + 60000;
for (;;) {
  const r = await once(`${url}/deployments?limit=1&repo_full_name=${encodeURIComponent(repo)}`, { headers });
  if (r.status !== 200) { console.error(`GET /deployments: ${r.status || r.error} ${r.body || ''}`); process.exit(1); }
  const last = JSON.parse(r.body)[0];
  if (!last || ['completed', 'failed', 'cancelled'].includes(last.status)) break;
  if (Date.now() > end) { console.error(`deployment ${last.id} does not end`); process.exit(1); }
  await sleep(50);
}
const r = await once(`${url}/deploy/trigger`, { method: 'POST', headers, body: JSON.stringify({ repo_full_name: repo }) });
if (!(r.status >= 200 && r.status < 300)) { console.error(`POST /deploy/trigger: ${r.status || r.error} ${r.body || ''}`); process.exit(1); }
console.log(JSON.parse(r.body).deployment_id);
