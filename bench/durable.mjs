// Is what was acknowledged kept? Kills the server with SIGKILL while 32 connections push, lets it start again, and sends
// every delivery that was answered 2xx a second time: each must be known as a duplicate, and a fresh one must not be.
import { randomUUID } from 'node:crypto';
import { sleep } from './lib/common.mjs';
import { once } from './lib/http1.mjs';
import { pushBody, sign } from './lib/payloads.mjs';

const CONNECTIONS = 32;

export async function durable(quark, { repo, secret, killAfterMs = 1500, recheck = 2000 }) {
  const body = pushBody({ repo });
  const signature = sign(secret, body);
  const push = (id) => once(`${quark.url}/api/webhook`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': id, 'X-Hub-Signature-256': signature } });
  const good = (r) => r.status >= 200 && r.status < 300;
  const acknowledged = [];
  let on = true;
  const workers = Array.from({ length: CONNECTIONS }, async () => {
    while (on) {
      const id = randomUUID();
      const r = await push(id);
      if (good(r)) acknowledged.push(id); else on = on && !r.error;
    }
  });
  await sleep(killAfterMs);
  await quark.stop('SIGKILL');
  on = false;
  await Promise.all(workers);
  await quark.start();
  // The newest ones are those at risk.
  const again = acknowledged.slice(-recheck);
  let lost = 0, failed = 0;
  for (let i = 0; i < again.length; i += CONNECTIONS) {
    for (const r of await Promise.all(again.slice(i, i + CONNECTIONS).map(push))) {
      if (!good(r)) failed++; else if (!/"action"\s*:\s*"duplicate/.test(r.body)) lost++;
    }
  }
  const fresh = await push(randomUUID());
  if (!good(fresh) || /"action"\s*:\s*"duplicate/.test(fresh.body)) throw new Error(`a fresh delivery was answered ${fresh.status || fresh.error} ${fresh.body || ''}`);
  return { acknowledged: acknowledged.length, checked: again.length, lost, failed };
}
