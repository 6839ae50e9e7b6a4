// Has QUARK deploy a repository and waits until the deployment is over; fails unless it is completed.
//   QUARK_TOKEN=T deploy URL owner/name
import { sleep } from './lib/common.mjs';
import { once } from './lib/http1.mjs';

const [url, repo] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${process.env.QUARK_TOKEN}`, 'Content-Type': 'application/json' };
async function call(method, route, body) {
  const r = await once(url + route, { method, headers, body });
  if (!(r.status >= 200 && r.status < 300)) throw new Error(`${method} ${route}: ${r.status || r.error} ${r.body || ''}`);
  return JSON.parse(r.body);
}
try {
  const id = (await call('POST', '/deploy/trigger', JSON.stringify({ repo_full_name: repo }))).deployment_id;
  for (const end = Date.now() + 60000; ;) {
    const d = await call('GET', `/deployments/${id}`);
    if (d.status === 'completed') break;
    if (['failed', 'cancelled'].includes(d.status) || Date.now() > end) throw new Error(`${id} is ${d.status}: ${d.error_message}`);
    await sleep(50);
  }
} catch (e) { console.error(e.message); process.exit(1); }
