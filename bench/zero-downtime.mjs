// Constant-rate requests while deployments happen: what failed, how slow the slowest was, which version answered. Beside
// them, where asked for, requests that take 20 s and WebSockets that stay open.
import { args, assertLoopback, emit, fail, Hist, meter, nowUs, round, serverPid, sh, sleep, spread } from './lib/common.mjs';
import WebSocket from 'ws';
import { Conn, once, target } from './lib/http1.mjs';

const USAGE = `zero-downtime --url http://127.0.0.1:PORT/PATH --deploy CMD [options]
  --deploy CMD        shell command that performs one deploy and returns when it is done (sees DEPLOY_N=1,2,...)
  --deploys 10        how many
  --gap-s 1           rest between two deploys
  --lead-s 2  --tail-s 2   load before the first and after the last
  --rate 500          requests/s, open loop: requests are sent when due, whatever has not been answered yet
  --mode keepalive|newconn|mixed   mixed: every other request on a new connection
  --slow 0            how many requests for /slow are under way throughout, one after the other
  --sockets 0         how many WebSockets are open throughout; one that is closed with 1012 is opened again
  --max-conns 300     most connections at a time
  --timeout-ms 5000   a request without an answer after this has failed
  --version-regex RE  first group, on headers and body, names the version that answered
  --pid 0  --label TEXT`;
const o = args({ url: '', deploy: '', deploys: 10, 'gap-s': 1, 'lead-s': 2, 'tail-s': 2, rate: 500, mode: 'keepalive', slow: 0, sockets: 0, 'max-conns': 300, 'timeout-ms': 5000, 'version-regex': 'version["=: ]+([\\w.-]+)', pid: 0, label: '' }, USAGE);
if (!o.url) fail('--url is needed', USAGE);
assertLoopback(o.url);
if (o.rate > 5000 || o.deploys > 100) fail('over the safety bounds');
if (!['keepalive', 'newconn', 'mixed'].includes(o.mode)) fail('no such --mode', USAGE);
const t = target(o.url), re = new RegExp(o['version-regex'], 'i');
const head = (path, close) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${t.authority}\r\n${close ? 'Connection: close\r\n' : ''}\r\n`);
const KEEP = head(t.path, false), CLOSE = head(t.path, true);
const hist = new Hist(), during = new Hist(), between = new Hist(), lag = new Hist(), kinds = {}, versions = {}, statuses = {};
let deploying = false;
let sent = 0, answered = 0, failed = 0, inFlight = 0, window = 0, slow100 = 0;
const idle = [], perWindow = [{ failed: 0, sent: 0, slowest_ms: 0 }];
let conns = 0;
const queue = [];

function finish(due, win, r) {
  inFlight--; answered++;
  const us = nowUs() - due;
  hist.add(us);
  (deploying ? during : between).add(us);
  if (us > 100000) slow100++;
  const w = perWindow[win];
  if (us / 1000 > w.slowest_ms) w.slowest_ms = round(us / 1000, 1);
  const bad = r.error || r.status < 200 || r.status >= 400;
  if (bad) {
    failed++; w.failed++;
    // A kept-alive connection that the server closes as the request goes out: a proxy may retry it, a plain client fails.
    const k = r.error ? `${r.error}${r.reused ? ' (reused connection)' : ''}` : `HTTP ${r.status}`;
    kinds[k] = (kinds[k] || 0) + 1;
  } else {
    const m = re.exec(r.headers + '\n' + r.body);
    const v = m ? m[1] : 'unknown';
    versions[v] = (versions[v] || 0) + 1;
  }
  if (r.status) statuses[r.status] = (statuses[r.status] || 0) + 1;
}
async function fire(due, win, keep) {
  lag.add(nowUs() - due);
  inFlight++; sent++; perWindow[win].sent++;
  let c = keep ? idle.pop() : null;
  while (c && !c.open) c = idle.pop();
  let over = false, timer = null;
  const done = (r) => {
    if (over) return;
    over = true; clearTimeout(timer);
    finish(due, win, r);
    if (c) { if (keep && c.open && !r.error) idle.push(c); else if (c.open) c.close(); }
    if (queue.length && (idle.length || conns < o['max-conns'])) { const q = queue.shift(); fire(q.due, q.win, q.keep); }
  };
  timer = setTimeout(() => { if (c) c.close(); done({ error: 'TIMEOUT' }); }, o['timeout-ms']);
  if (!c) {
    c = new Conn(t.host, t.port);
    conns++;
    const mine = c;
    mine.onClose = () => { conns--; };
    try { await c.connect(); } catch (e) { conns--; mine.onClose = null; c = null; done({ error: e.code || e.message }); return; }
    // a close() that we do ourselves also ends in the socket's close event, so conns is counted down exactly once
  }
  if (over) c.close(); else c.send(keep ? KEEP : CLOSE, done, true);
}

const stopAt = { v: Infinity };

// ---- what takes long ---------------------------------------------------------------------------------------------
const long = { answered: 0, failed: 0, kinds: {} }, ws = { opened: 0, frames: 0, closed_1012: 0, failed: 0, kinds: {} };
const note = (o, kind) => { o.failed++; o.kinds[kind] = (o.kinds[kind] || 0) + 1; };
async function slowly() {
  while (stopAt.v === Infinity) {
    const r = await once(new URL('/slow', o.url).href, { timeoutMs: 40000 });
    if (r.status === 200) long.answered++; else note(long, r.error || `HTTP ${r.status}`);
  }
}
function socket() {
  if (stopAt.v !== Infinity) return;
  const s = new WebSocket(`${o.url.replace('http:', 'ws:')}ws`);
  let opened = false, waiting = 0;
  const timer = setInterval(() => {
    if (s.readyState !== WebSocket.OPEN) return;
    if (++waiting > 10) { note(ws, 'no echo in 10 s'); opened = false; s.terminate(); return; }
    s.send('hi');
  }, 1000);
  s.on('open', () => { opened = true; ws.opened++; });
  s.on('message', () => { waiting = 0; ws.frames++; });
  s.on('error', (e) => { if (!opened) note(ws, e.message); });
  s.on('close', (code) => {
    clearInterval(timer);
    if (stopAt.v !== Infinity) return;
    if (code === 1012) ws.closed_1012++; else if (opened) note(ws, `closed with ${code}`);
    setTimeout(socket, 20);
  });
}
for (let i = 0; i < o.slow; i++) slowly();
for (let i = 0; i < o.sockets; i++) socket();

const t0 = nowUs();
let k = 0;
const pump = setInterval(() => {
  const now = nowUs();
  for (;;) {
    const due = t0 + (k * 1e6) / o.rate;
    if (due > now || due > stopAt.v) break;
    k++;
    const keep = o.mode === 'keepalive' || (o.mode === 'mixed' && k % 2 === 0);
    const full = keep ? !idle.length && conns >= o['max-conns'] : inFlight >= o['max-conns'];
    if (full) queue.push({ due, win: window, keep }); else fire(due, window, keep);
  }
}, 1);

const pid = serverPid(o.pid, o.url);
const m = meter(pid);
await sleep(o['lead-s'] * 1000);
const took = [], rcs = [];
if (o.deploy) for (let i = 1; i <= o.deploys; i++) {
  perWindow.push({ failed: 0, sent: 0, slowest_ms: 0 }); window++;
  deploying = true;
  const r = await sh(o.deploy, { DEPLOY_N: String(i) });
  deploying = false;
  took.push(r.ms); rcs.push(r.rc);
  if (r.rc && rcs.filter(Boolean).length > 2) { console.error(r.out.slice(-500), r.err.slice(-1000)); fail('deploys fail'); }
  await sleep(o['gap-s'] * 1000);
} else await sleep(o.deploys * 1000);
await sleep(o['tail-s'] * 1000);
stopAt.v = nowUs();
for (let i = 0; i < 100 && (inFlight || queue.length); i++) await sleep(o['timeout-ms'] / 90);
clearInterval(pump);
const host = m.stop();
const wall = (stopAt.v - t0) / 1e6;
const out = {
  rig: 'zero-downtime', label: o.label, url: o.url, mode: o.mode, rate: o.rate, sent, achieved_rps: round(sent / wall, 1), failed, unanswered: inFlight + queue.length, failures: kinds, statuses, versions,
  latency_ms: hist.ms(), during_deploys_ms: during.ms(), between_deploys_ms: between.ms(), slow: long, sockets: ws, slower_than_100ms: slow100, send_lag_ms: lag.ms(), deploys: took.length, deploys_failed: rcs.filter(Boolean).length, deploy_ms: took.length ? spread(took) : null, windows_with_failures: perWindow.filter((w) => w.failed).length, per_window: perWindow, host,
};
emit(out, `${o.label || o.url} ${o.mode}: ${sent} requests at ${out.achieved_rps}/s over ${took.length} deploys, failed ${failed}${out.unanswered ? ` + ${out.unanswered} unanswered` : ''} ${JSON.stringify(kinds)}, slowest ${out.latency_ms.max} ms, p50 ${out.latency_ms.p50} p99 ${out.latency_ms.p99} ms (during deploys ${out.during_deploys_ms?.p99}, between ${out.between_deploys_ms?.p99}), slow ones ${long.answered} answered and ${long.failed} failed, WebSockets ${ws.failed} failed, ${ws.frames} frames, deploy ${out.deploy_ms ? out.deploy_ms.median : '-'} ms, versions ${JSON.stringify(versions)}, other CPU ${host.other_cpu_share}`);
process.exit(0);
