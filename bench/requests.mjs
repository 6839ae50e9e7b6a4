// How many requests a second a server answers, by wrk: one thread, every connection with one request in flight.
import { execFileSync } from 'node:child_process';
import { args, assertLoopback, cleanRuns, emit, fail, meter, round, sh, spread } from './lib/common.mjs';

const USAGE = `requests --url http://127.0.0.1:PORT/PATH [options]
  --connections 32   kept open
  --seconds 4        how long
  --header 'K: V'    on each request (repeatable)
  --pid 0            whose CPU time is counted (with its children); 0 = nobody's
  --runs 1  --quiet-wait 60  --max-other 0.1  --label TEXT`;
const o = args({ url: '', connections: 32, seconds: 4, header: [], pid: 0, runs: 1, 'quiet-wait': 60, 'max-other': 0.1, label: '' }, USAGE);
if (!o.url) fail('--url is needed', USAGE);
assertLoopback(o.url);
if (o.seconds > 60 || o.connections > 512) fail('over the safety bounds');

const UNITS = { us: 0.001, ms: 1, s: 1000 };
const quantile = (text, p) => { const m = new RegExp(`^\\s+${p}%\\s+([\\d.]+)(us|ms|s)`, 'm').exec(text); return m ? +m[1] * UNITS[m[2]] : null; };
const quoted = (s) => `'${s.replaceAll("'", `'\\''`)}'`;
async function one() {
  const m = meter(o.pid);
  const r = await sh(`exec wrk -t1 -c${o.connections} -d${o.seconds}s --latency ${o.header.map((h) => `-H ${quoted(h)}`).join(' ')} ${quoted(o.url)}`);
  const host = m.stop();
  if (r.rc) fail(`wrk: ${r.err || r.out}`);
  const total = +/(\d+) requests in/.exec(r.out)[1];
  const bad = +(/Non-2xx or 3xx responses: (\d+)/.exec(r.out)?.[1] || 0) + (/Socket errors: (.*)/.exec(r.out)?.[1].match(/\d+/g) || []).reduce((a, n) => a + +n, 0);
  return { rps: +/Requests\/sec:\s+([\d.]+)/.exec(r.out)[1], p50_ms: quantile(r.out, 50), p99_ms: quantile(r.out, 99), requests: total, bad, server_cpu_us: host.server_cpu_s === null ? null : round((host.server_cpu_s * 1e6) / total, 1), host };
}
try { execFileSync('sh', ['-c', 'command -v wrk'], { stdio: 'ignore' }); } catch { fail('wrk is not installed. On Debian: apt-get install wrk'); }
const { runs, noisy } = await cleanRuns({ runs: o.runs, quietWait: o['quiet-wait'], maxOther: o['max-other'] }, one);
const pick = (f) => spread(runs.map(f));
const out = { rig: 'requests', label: o.label, url: o.url, connections: o.connections, rps: pick((r) => r.rps), p50_ms: pick((r) => r.p50_ms), p99_ms: pick((r) => r.p99_ms), server_cpu_us: o.pid ? pick((r) => r.server_cpu_us) : null, requests: runs.reduce((a, r) => a + r.requests, 0), bad: runs.reduce((a, r) => a + r.bad, 0), noisy, runs };
emit(out, `${o.label || o.url}: ${out.rps.median} req/s on ${o.connections} connections, p50 ${out.p50_ms.median} p99 ${out.p99_ms.median} ms${o.pid ? `, server ${out.server_cpu_us.median} us CPU/request` : ''}, ${out.bad} bad of ${out.requests}`);
process.exit(0);
