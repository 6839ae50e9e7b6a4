// Many who watch: a hundred on one deployment, stalled ones among them, a thousand at rest; and what the request log costs.
import path from 'node:path';
import { sleep, spread } from '../lib/common.mjs';
import { count, describeJdk, makeFixture, num, QUICK, QUIET, range, rig, row, RUNS, scaled } from '../lib/bench.mjs';
import { BENCH, installed, Quark, TMP } from '../lib/servers.mjs';

const TARGET_CLIENTS = 100;

export async function live() {
  await idle();
  await crowd();
  await requestLog();
}

async function crowd() {
  const repo = 'bench/live', params = path.join(TMP, 'live-params'), fixture = makeFixture('live-fixture', 20);
  const quark = await new Quark('live').start();
  describeJdk(quark.pid);
  await quark.config({ repo_full_name: repo, clone_url: `file://${fixture}/repo.git`, deploy_command: `sh '${BENCH}/tools/emit.sh' '${params}'` });
  const watch = (label, more) => rig(label, 'log-stream.mjs', {
    params, gate: true, 'quiet-wait': QUIET, 'max-other': 1, 'max-s': 90, frames: 'log', ws: `ws://${quark.url.replace('http://', '')}/deployments/{id}/logs?token=${quark.token}`, pid: quark.pid,
    trigger: `'${process.execPath}' '${BENCH}/trigger.mjs' '${quark.url}' '${repo}'`, header: `Authorization: Bearer ${quark.token}`, ...more,
  }, { env: { QUARK_TOKEN: quark.token } });
  const steady = (label, more) => watch(label, { rate: 500, ...more });
  // So much text that the windows of those that read nothing have closed before latency counts.
  const half = (stalled) => steady(`50 clients at 500 lines/s${stalled ? `, ${stalled} stalled ones beside them` : ''}`, { clients: 50, stalled, count: scaled(15000), skip: scaled(8000), len: 600 });
  const kinds = {
    hundred: () => steady('100 clients at 500 lines/s', { clients: TARGET_CLIENTS, count: scaled(5000) }), alone: () => half(0), stalled: () => half(50),
    full: () => watch('100 clients, as fast as it can', { clients: TARGET_CLIENTS, count: scaled(20000) }),
  };
  // Compiled before it is measured, as it is on a server that has run for a while.
  for (let i = 0; i < 2; i++) await watch('warm-up, not counted', { clients: TARGET_CLIENTS, count: scaled(10000), 'quiet-wait': 0 });
  await steady('warm-up, not counted', { clients: TARGET_CLIENTS, count: scaled(5000), 'quiet-wait': 0 });
  const got = Object.fromEntries(Object.keys(kinds).map((k) => [k, []]));
  for (let i = 0; i < RUNS; i++) for (const k of i % 2 ? Object.keys(kinds).reverse() : Object.keys(kinds)) got[k].push(await kinds[k]());
  await quark.stop();

  const of = (k, f) => spread(got[k].map(f)), p99 = (k) => of(k, (r) => r.p99_ms.median), p50 = (k) => of(k, (r) => r.p50_ms.median);
  const wrong = (ks) => ks.flatMap((k) => got[k]).reduce((a, r) => a + r.lost + r.dup + r.out_of_order + r.malformed, 0);
  row('500 lines/s to each of 100 clients: from write(2) to the client, p50', range(p50('hundred'), 'ms'));
  row('– p99', range(p99('hundred'), 'ms'), { target: '< 25 ms', met: p99('hundred').median < 25 });
  const rate = of('full', (r) => r.client_lines_s.median);
  row('As fast as it can, to each of 100 clients', range(rate, 'lines/s'), { target: '≥ 2,000', met: rate.median >= 2000 });
  const all = wrong(['hundred', 'full', 'alone', 'stalled']);
  row('– lost, doubled, out of order or of the wrong form, of all these', count(all), { target: '0', met: all === 0 });
  const ratio = p99('stalled').median / p99('alone').median;
  const blocked = got.stalled.reduce((a, r) => a + r.stalled_blocked, 0);
  row('500 lines/s to each of 50 clients, p99, with 50 stalled clients beside them', range(p99('stalled'), 'ms'), { peer: `without them: ${range(p99('alone'), 'ms')}`, ratio: num(ratio), target: '< 1.1 ×', met: ratio < 1.1 });
  row('– stalled ones for which bytes waited at the server\'s end', `${blocked} of ${50 * got.stalled.length}`, { met: null });
}

async function idle() {
  const costs = [], clients = scaled(1000);
  for (let i = 0; i < RUNS; i++) {
    const quark = await new Quark(`idle-${i}`).start();
    await sleep(QUICK ? 2000 : 8000);
    const r = await rig(`${clients} idle watchers`, 'watchers.mjs', { ws: `ws://${quark.url.replace('http://', '')}/ws/events?token=${quark.token}`, pid: quark.pid, clients, 'hold-s': QUICK ? 2 : 8 });
    if (r.open !== clients || r.lost) throw new Error(`${r.open} of ${clients} watchers connected, ${r.lost} were lost`);
    costs.push(r.cost_mib * 1.048576);
    await quark.stop();
  }
  const cost = spread(costs);
  row(`${count(clients)} idle watchers of \`/ws/events\`: memory`, range(cost, 'MB'), { target: '< 50 MB', met: cost.median < 50 });
}

async function requestLog() {
  if (!installed('wrk')) { row('The request log, on against off', 'wrk is not installed'); return; }
  const servers = { on: await new Quark('log-on', { REQUEST_LOG_RETENTION_DAYS: '14' }).start(), off: await new Quark('log-off', { REQUEST_LOG_RETENTION_DAYS: '0' }).start() };
  const seconds = QUICK ? 1 : 4, rounds = RUNS + 2, names = Object.keys(servers), got = { on: [], off: [] };
  const ask = (name, s) => rig(`request log ${name}`, 'requests.mjs', { url: `${servers[name].url}/deployments?limit=20`, header: `Authorization: Bearer ${servers[name].token}`, seconds: s, pid: servers[name].pid, 'quiet-wait': Math.min(QUIET, 5), 'max-other': 1 });
  // Both are compiled before one is measured.
  for (let i = 0; i < 3; i++) for (const name of names) await ask(name, QUICK ? 1 : 8);
  for (let i = 0; i < rounds; i++) for (const name of i % 2 ? [...names].reverse() : names) got[name].push(await ask(name, seconds));
  for (const name of names) await servers[name].stop();
  const of = (name, f) => spread(got[name].map(f));
  const ratio = of('on', (r) => r.rps.median).median / of('off', (r) => r.rps.median).median;
  const bad = names.flatMap((n) => got[n]).reduce((a, r) => a + r.bad, 0);
  row('`GET /deployments` with the request log on, 32 connections', range(of('on', (r) => r.rps.median), 'req/s'), { peer: `off: ${range(of('off', (r) => r.rps.median), 'req/s')}`, ratio: num(ratio), target: '> 0.95 ×', met: ratio > 0.95 && bad === 0 });
  row('– CPU per request', range(of('on', (r) => r.server_cpu_us.median), 'µs'), { peer: `off: ${range(of('off', (r) => r.server_cpu_us.median), 'µs')}`, ratio: num(of('on', (r) => r.server_cpu_us.median).median / of('off', (r) => r.server_cpu_us.median).median) });
}
