// How many signed GitHub push deliveries per second a server takes, and how long each answer takes.
import fs from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { args, assertLoopback, emit, fail, Hist, median, meter, nowUs, cleanRuns, round, serverPid, sh, sleep, spread, treeRss } from './lib/common.mjs';
import { Conn, target } from './lib/http1.mjs';
import { deliveryIds, headFor, pool } from './lib/payloads.mjs';

const USAGE = `webhook-ingest --url http://127.0.0.1:PORT/PATH --secret S [options]
  --connections 32    concurrent connections (closed loop: one request in flight on each)
  --requests 20000    requests per run (never more than 500000)
  --warmup 2000       requests before the measured part of the first run
  --rate 0            open loop at this many requests/s; latency counts from the due time (no coordinated omission)
  --runs 1            measured runs; medians over runs are reported
  --pool 512          distinct signed bodies, cycled; the delivery id is unique for every request
  --max-commits 1     commits in a push: 1 to this many in turn (7 KB with one, 10 KB with four)
  --repo octo-org/octo-repo   --ref refs/heads/main   fields of the payload
  --engine node|wrk   load generator (wrk must be on PATH; a wrk run lasts --seconds and ignores --requests)
  --seconds 8         length of a wrk run
  --new-conn          a new TCP connection for each request (node engine)
  --bad-signature     send wrong signatures (expect 401/403 with --expect)
  --expect 2xx        what counts as good: 2xx or a status such as 401
  --pid 0             root process id of the server, for CPU per request and peak RSS of its tree (0: find it by port, -1: none)
  --count-cmd CMD     shell command printing the number of stored events; checked before and after each run
  --settle 10         seconds to wait for the stored count to catch up
  --quiet-wait 60     wait up to this many seconds for an idle machine before each run
  --max-other 0.1     repeat a run during which other processes took more than this share of the machine
  --label TEXT`;

const o = args({ url: '', secret: 'bench-secret', connections: 32, requests: 20000, warmup: 2000, rate: 0, runs: 1, pool: 512, 'max-commits': 1, repo: 'octo-org/octo-repo', ref: 'refs/heads/main', engine: 'node', seconds: 8, 'new-conn': false, 'bad-signature': false, expect: '2xx', pid: 0, 'count-cmd': '', settle: 10, 'quiet-wait': 60, 'max-other': 0.1, label: '' }, USAGE);
if (!o.url) fail('--url is needed', USAGE);
assertLoopback(o.url);
if (o.requests > 500000 || o.seconds > 60 || o.connections > 2000) fail('over the safety bounds');
o.pid = serverPid(o.pid, o.url);
const t = target(o.url);
const items = pool(Math.max(o.pool, o.connections * 2), { secret: o.secret, repo: o.repo, ref: o.ref, maxCommits: o['max-commits'], badSignature: o['bad-signature'] });
const nextId = deliveryIds();
for (const it of items) {
  const head = Buffer.from(headFor(t, it, o['new-conn'] ? 'Connection: close\r\n' : ''));
  it.off = head.length;
  it.buf = Buffer.concat([head, Buffer.from('0'.repeat(36) + '\r\n\r\n'), it.body]);
}
const sizes = items.map((i) => i.body.length);
const good = (s) => (o.expect === '2xx' ? s >= 200 && s < 300 : s === +o.expect);

async function nodeRun(n) {
  const h = new Hist(), lag = new Hist();
  const statuses = {}, errors = {};
  let sent = 0, done = 0, ok = 0, guard = null;
  const perConn = Math.floor(items.length / o.connections);
  const t0 = nowUs();
  const due = (k) => t0 + (k * 1e6) / o.rate;
  await new Promise((finish) => {
    const waiting = [];
    const worker = async (ci) => {
      let c = null, turn = 0;
      const connect = async () => { c = new Conn(t.host, t.port); await c.connect(); };
      const onResult = (startUs) => (r) => {
        h.add(nowUs() - startUs);
        if (r.error) errors[r.error] = (errors[r.error] || 0) + 1;
        else { statuses[r.status] = (statuses[r.status] || 0) + 1; if (good(r.status)) ok++; }
        done++;
        if (done >= n) return finish();
        setImmediateOrNow();
      };
      // At most one new attempt per turn of the event loop after an error, so that a dead server is not spun on.
      const setImmediateOrNow = () => { if (c && c.open && !o['new-conn']) next(); else setTimeout(next, 0); };
      const next = async () => {
        if (sent >= n) { if (c) c.close(); return; }
        if (o.rate > 0 && nowUs() < due(sent)) { waiting.push(next); return; }
        const k = sent++;
        let start = o.rate > 0 ? due(k) : 0;
        if (start) lag.add(nowUs() - start);
        const it = items[ci * perConn + (turn++ % perConn)];
        it.buf.latin1Write(nextId(), it.off);
        if (!c || !c.open || o['new-conn']) {
          if (!start) start = nowUs();
          try { if (c) c.close(); await connect(); } catch (e) { c = null; onResult(start)({ error: e.code || 'CONNECT' }); return; }
        }
        if (!start) start = nowUs();
        c.send(it.buf, onResult(start));
      };
      next();
    };
    for (let i = 0; i < o.connections; i++) worker(i);
    if (o.rate > 0) {
      const tick = setInterval(() => {
        let k = sent;
        while (waiting.length && k < n && nowUs() >= due(k)) { waiting.shift()(); k++; }
        if (done >= n) clearInterval(tick);
      }, 1);
    }
    // Safety: a run may not last longer than 120 s whatever the server does.
    guard = setTimeout(() => { errors.UNANSWERED_AT_120S = sent - done; finish(); }, 120000);
  });
  clearTimeout(guard);
  const wall = (nowUs() - t0) / 1e6;
  return { requests: done, ok, bad: done - ok, statuses, errors, rps: round(done / wall, 1), latency_ms: h.ms(), send_lag_ms: o.rate > 0 ? lag.ms() : null, wall };
}

async function wrkRun() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ingest-'));
  fs.writeFileSync(path.join(dir, 'pool.bin'), Buffer.concat(items.flatMap((it) => [Buffer.from(`${it.off} ${it.buf.length}\n`), it.buf, Buffer.from('\n')])));
  const script = fileURLToPath(new URL('./lib/ingest.lua', import.meta.url));
  const r = await sh(`exec wrk -t1 -c${o.connections} -d${o.seconds}s --timeout 30s -s '${script}' '${o.url}' -- '${dir}/pool.bin' '${nextId().slice(0, 24)}'`);
  fs.rmSync(dir, { recursive: true });
  const line = r.out.split('\n').find((l) => l.startsWith('{'));
  if (!line) fail(`wrk gave no result: ${r.err || r.out}`);
  const j = JSON.parse(line);
  const okN = j.requests - j.err_status;
  return { requests: j.requests, ok: okN, bad: j.err_status, statuses: { over399: j.err_status }, errors: { connect: j.err_connect, read: j.err_read, write: j.err_write, timeout: j.err_timeout }, rps: round(j.requests / (j.duration_us / 1e6), 1), latency_ms: { n: j.requests, mean: j.mean / 1e3, p50: j.p50 / 1e3, p90: j.p90 / 1e3, p99: j.p99 / 1e3, p999: j.p999 / 1e3, max: j.max / 1e3 }, wall: j.duration_us / 1e6 };
}

const count = async () => { if (!o['count-cmd']) return null; const r = await sh(o['count-cmd']); const m = /-?\d+/.exec(r.out); return m ? +m[0] : NaN; };

if (o.warmup > 0) { const keep = o.rate; o.rate = 0; await nodeRun(o.warmup); o.rate = keep; }
const { runs, tries, noisy } = await cleanRuns({ runs: o.runs, quietWait: o['quiet-wait'], maxOther: o['max-other'] }, async () => {
  const before = await count();
  let peak = 0, procs = 0;
  const look = () => { const r = treeRss(o.pid); peak = Math.max(peak, r.rssMiB); procs = Math.max(procs, r.procs); };
  const watch = o.pid ? setInterval(look, 200) : null;
  const m = meter(o.pid || 0);
  const r = o.engine === 'wrk' ? await wrkRun() : await nodeRun(o.requests);
  const host = m.stop();
  if (watch) { clearInterval(watch); look(); }
  let stored = null;
  if (before !== null) {
    const end = Date.now() + o.settle * 1000;
    do { stored = (await count()) - before; if (stored >= r.ok) break; await sleep(250); } while (Date.now() < end);
  }
  return { ...r, stored, rss_peak_mib: o.pid ? peak : null, procs_peak: o.pid ? procs : null, server_cpu_us_per_req: o.pid ? round((host.server_cpu_s * 1e6) / r.requests, 1) : null, generator_cpu_share: round(host.generator_cpu_s / host.wall_s), host };
});
const pick = (f) => spread(runs.map(f));
const sum = (f) => runs.reduce((a, r) => a + f(r), 0);
const out = {
  rig: 'webhook-ingest', label: o.label, url: o.url, engine: o.engine, mode: o.rate > 0 ? `open ${o.rate}/s` : o['new-conn'] ? 'closed, new connection each' : 'closed, keep-alive',
  connections: o.connections, body_bytes: { min: Math.min(...sizes), median: median(sizes), max: Math.max(...sizes) },
  rps: pick((r) => r.rps), p50_ms: pick((r) => r.latency_ms.p50), p99_ms: pick((r) => r.latency_ms.p99), p999_ms: pick((r) => r.latency_ms.p999), max_ms: pick((r) => r.latency_ms.max),
  requests: sum((r) => r.requests), ok: sum((r) => r.ok), bad: sum((r) => r.bad), stored: runs[0].stored === null ? null : sum((r) => r.stored),
  server_cpu_us_per_req: o.pid ? pick((r) => r.server_cpu_us_per_req) : null, rss_peak_mib: o.pid ? Math.max(...runs.map((r) => r.rss_peak_mib)) : null,
  generator_cpu_share: pick((r) => r.generator_cpu_share), other_cpu_share: o.pid ? pick((r) => r.host.other_cpu_share) : null, tries, noisy, runs,
};
emit(out, `${o.label || o.url}: ${out.rps.median} req/s (${out.rps.min}-${out.rps.max}), p50 ${out.p50_ms.median} p99 ${out.p99_ms.median} p99.9 ${out.p999_ms.median} ms, bad ${out.bad} of ${out.requests}${out.stored === null ? '' : `, stored ${out.stored}`}${o.pid ? `, ${out.server_cpu_us_per_req.median} us CPU/req, RSS peak ${out.rss_peak_mib} MiB` : ''}, generator CPU ${round(out.generator_cpu_share.median * 100, 0)} % of a core${o.pid ? `, other processes ${round(out.other_cpu_share.median * 100, 1)} % of the machine (${noisy} noisy of ${runs.length})` : ''}`);
process.exit(0);
