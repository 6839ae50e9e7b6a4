// Signed pushes accepted per second, in turn with adnanh/webhook; and whether each was durable.
import { spread } from '../lib/common.mjs';
import { count, describeJdk, keep, notes, num, QUICK, QUIET, range, rig, row, RUNS, scaled } from '../lib/bench.mjs';
import { Quark, SECRET, startSink, startWebhook, stop, TMP } from '../lib/servers.mjs';
import { durable } from '../durable.mjs';

export async function ingest() {
  const repo = 'bench/ingest';
  const quark = await new Quark('ingest').start();
  describeJdk(quark.pid);
  // A config that matches the push, so that it is looked up and decided on; it deploys nothing by itself.
  await quark.config({ repo_full_name: repo, clone_url: `file://${TMP}/none.git` });
  const peer = await startWebhook();
  const options = (url, more) => ({ url, secret: SECRET, repo, connections: 32, requests: scaled(20000), warmup: 500, 'quiet-wait': QUIET, 'max-other': QUICK ? 1 : 0.15, ...more });
  const targets = { quark: `${quark.url}/api/webhook`, ...(peer && { webhook: peer.url }) };
  // A JVM compiles what is hot within its first tens of thousands of pushes: what they get is a figure of its own.
  const cold = [];
  for (let i = 0; i < 3; i++) for (const [name, url] of Object.entries(targets)) {
    const r = await rig(`${name}, warm-up, not counted`, 'webhook-ingest.mjs', options(url, { 'quiet-wait': 0, 'max-other': 1 }));
    if (name === 'quark') cold.push(Math.round(r.rps.median));
  }
  const names = Object.keys(targets), got = { quark: [], webhook: [] };
  for (let i = 0; i < RUNS; i++) for (const name of i % 2 ? [...names].reverse() : names) got[name].push(await rig(name, 'webhook-ingest.mjs', options(targets[name])));
  if (peer) await stop(peer.process);
  const sink = await startSink();
  const ceiling = await rig('generator against an empty server', 'webhook-ingest.mjs', options(sink.url));
  await stop(sink.process);
  const kept = await durable(quark, { repo, secret: SECRET, killAfterMs: QUICK ? 500 : 1500 });
  keep({ rig: 'durable', ...kept });
  await quark.stop();

  const s = (name, f) => spread(got[name].map(f));
  const beside = (f, unit) => (peer ? `webhook: ${range(s('webhook', f), unit)}` : 'webhook is not installed');
  const rps = s('quark', (r) => r.rps.median);
  const rounds = peer && spread(got.quark.map((r, i) => r.rps.median / got.webhook[i].rps.median));
  const ratio = peer ? rps.median / s('webhook', (r) => r.rps.median).median : NaN;
  const p99 = s('quark', (r) => r.p99_ms.median);
  const bad = got.quark.reduce((a, r) => a + r.bad, 0), all = got.quark.reduce((a, r) => a + r.requests, 0), peerBad = got.webhook.reduce((a, r) => a + r.bad, 0);
  row(`Signed push of ${num(got.quark[0].body_bytes.median / 1000)} KB accepted, 32 connections`, range(rps, 'req/s'), { peer: beside((r) => r.rps.median, 'req/s'), ratio: peer ? `${num(ratio)} (per round ${num(rounds.min)}–${num(rounds.max)})` : '', target: '≥ 1.2 ×', met: peer ? ratio >= 1.2 : null });
  row(`– before, the ${cold.map((_, i) => ['first', 'second', 'third'][i]).join(', ')} ${count(scaled(20000))} after the start`, `${cold.map(count).join(', ')} req/s`);
  row('– p50', range(s('quark', (r) => r.p50_ms.median), 'ms'), { peer: beside((r) => r.p50_ms.median, 'ms') });
  row('– p99', range(p99, 'ms'), { peer: beside((r) => r.p99_ms.median, 'ms'), target: '< 25 ms', met: p99.median < 25 });
  row('– CPU per request', range(s('quark', (r) => r.server_cpu_us_per_req.median), 'µs'), { peer: beside((r) => r.server_cpu_us_per_req.median, 'µs') });
  row('– not answered 2xx', `${count(bad)} of ${count(all)}`, { peer: peer ? `webhook: ${count(peerBad)}` : '', target: '0', met: bad === 0 });
  row('– acknowledged, then SIGKILL in mid-load: unknown after the start', `${count(kept.lost + kept.failed)} of ${count(kept.checked)}`, { target: '0', met: kept.lost + kept.failed === 0 && kept.checked > 0 });
  notes.push(`Ingest: the generator reaches ${num(ceiling.rps.median)} req/s against a server that does nothing; other processes took at most ${num(Math.max(...[...got.quark, ...got.webhook].map((r) => r.other_cpu_share.max)) * 100)} % of the machine during a run.`);
}
