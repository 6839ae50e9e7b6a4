// How fast and how completely the output lines of a running command reach WebSocket clients.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { once } from './lib/http1.mjs';
import { args, assertLoopback, cleanRuns, emit, fail, Hist, meter, nowNs, round, serverPid, sh, sleep, spread, treeRss } from './lib/common.mjs';

const USAGE = `log-stream --ws ws://127.0.0.1:PORT/PATH[{id}] [--trigger CMD] [options]
The command that the server runs must print lines with tools/bin/lines (or tools/lines.mjs): QL:<tag>:<seq>:<monotonic ns>.
  --ws URL            {id} is replaced by what the trigger printed (see --id-regex); {tag} and {gate} by this run's values
  --trigger CMD       shell command that starts the work; sees QL_TAG, QL_GATE, QL_COUNT, QL_RATE, QL_LEN in its environment.
                      Without it, connecting is what starts the work (as with websocketd), once for each client.
  --params FILE       also write these QL_ variables to FILE, one per line, for tools/emit.sh to read (for servers that
                      do not hand an environment on to the command)
  --id-regex RE       first group of this in the trigger's output is {id} (default: the whole trimmed output)
  --clients 1         WebSocket clients
  --stalled 0         as many more that ask for the stream and then read nothing: their TCP window closes
  --count 10000       lines the command prints (sent on as QL_COUNT)
  --rate 0            lines/s the command is to print, 0 = as fast as it can (sent on as QL_RATE)
  --len 80            line length (sent on as QL_LEN)
  --skip 0            latency counts from this line on
  --header 'K: V'     extra header for the upgrade request (repeatable)
  --subscribe TEXT    message each client sends after connecting (repeatable)
  --join before|after connect before the trigger (default when the URL has no {id}) or after it
  --join-delay-ms 0   with --join after: connect this long after the trigger (tests the replay of earlier lines)
  --gate              make the command wait (lines -g $QL_GATE) until every client is connected
  --frames any        the form each frame must have: log, {"type":"log","data":TEXT,"seq":N}, one line a frame; logs,
                      {"type":"logs","lines":[{"seq":N,"data":TEXT}]}; any. Lines a frame are counted for every frame; every
                      97th (with --rate every 7th) that carries lines and every one that carries none is parsed, and its
                      lines' text and seq are checked
  --stored-url URL    "a line that a client has seen is stored": for every 5th parsed line of the first client (200 at most)
                      asks at once for it; {id}, {after} (seq - 1) are replaced; the answer must hold its text
  --whole-url URL     after the run: the whole log as text/plain; must hold every line once, in order
  --tag any           accept lines with any tag (for servers to which the tag cannot be passed)
  --idle-ms 3000      a client is done when it has every line, is closed by the server, or has heard nothing for this long
  --max-s 60          give up after this many seconds
  --runs 1  --pid 0  --quiet-wait 60  --max-other 0.1  --label TEXT`;

const o = args({ ws: '', trigger: '', params: '', 'id-regex': '', clients: 1, stalled: 0, frames: 'any', 'stored-url': '', 'whole-url': '', count: 10000, rate: 0, len: 80, skip: 0, header: [], subscribe: [], join: '', 'join-delay-ms': 0, gate: false, tag: '', 'idle-ms': 3000, 'max-s': 60, runs: 1, pid: 0, 'quiet-wait': 60, 'max-other': 0.1, label: '' }, USAGE);
if (!o.ws) fail('--ws is needed', USAGE);
assertLoopback(o.ws.replace(/[{}]/g, ''));
if (o.clients > 500 || o.stalled > 500 || o.count > 2000000 || o['max-s'] > 300) fail('over the safety bounds');
const join = o.join || (o.ws.includes('{id}') ? 'after' : 'before');
o.pid = serverPid(o.pid, o.ws.replace(/[{}]/g, ''));
const headers = Object.fromEntries(o.header.map((h) => [h.slice(0, h.indexOf(':')).trim(), h.slice(h.indexOf(':') + 1).trim()]));
if (!['any', 'log', 'logs'].includes(o.frames)) fail('--frames is any, log or logs');
const NEEDLE = Buffer.from('QL:');
// Of this many frames one is parsed; a prime, so that it does not keep step with the server's batches.
const EACH = o.rate > 0 ? 7 : 97;

// Parses a frame and checks what it says about its lines. Returns them as [{seq, text}], or null where its form is wrong.
function linesOf(data) {
  let j;
  try { j = JSON.parse(data.toString()); } catch { return null; }
  if (j.type === 'log') return o.frames === 'logs' ? null : [{ seq: j.seq, text: j.data }];
  if (j.type === 'logs') return o.frames === 'log' || !Array.isArray(j.lines) ? null : j.lines.map((l) => ({ seq: l.seq, text: l.data }));
  return typeof j.type === 'string' ? [] : null;
}
function inspect(st, data, found) {
  const lines = linesOf(data);
  st.parsed++;
  if (!lines || lines.filter((l) => typeof l.text === 'string' && l.text.startsWith('QL:')).length !== found) { st.malformed++; st.sample ||= data.toString().slice(0, 200); return; }
  for (const l of lines) {
    if (!Number.isInteger(l.seq) || l.seq <= st.seq) { st.malformed++; st.sample ||= `seq ${l.seq} after ${st.seq}`; }
    st.seq = l.seq;
    if (!l.text.startsWith('QL:')) continue;
    if (l.text.length !== o.len - 1) { st.malformed++; st.sample ||= l.text.slice(0, 200); }
    if (st.storedUrl && st.parsedLines++ % 5 === 0 && st.checks.length < 200) st.checks.push(isStored(st, l));
  }
}
async function isStored(st, l) {
  const r = await once(st.storedUrl.replaceAll('{after}', String(l.seq - 1)), { headers, timeoutMs: 20000 });
  return r.status === 200 && r.body.includes(l.text.slice(0, 40));
}
// Reads the stored log and counts as the clients do.
async function wholeLog(url, tag) {
  const res = await fetch(url, { headers: { ...headers, Accept: 'text/plain' } });
  if (!res.ok) return { status: res.status, lost: o.count, dup: 0, out_of_order: 0 };
  const seen = new Uint8Array(o.count);
  let rest = '', got = 0, dup = 0, ooo = 0, last = -1;
  const take = (l) => {
    const m = l.startsWith(`QL:${tag}:`) && /^QL:[^:]*:(\d+):/.exec(l);
    if (!m || +m[1] >= o.count) return;
    if (seen[+m[1]]) { dup++; return; }
    seen[+m[1]] = 1; got++;
    if (+m[1] < last) ooo++; else last = +m[1];
  };
  const text = new TextDecoder();
  for await (const d of res.body) { const ls = (rest + text.decode(d, { stream: true })).split('\n'); rest = ls.pop(); ls.forEach(take); }
  take(rest);
  return { status: res.status, lost: o.count - got, dup, out_of_order: ooo };
}

// The gate is a file in a private directory; `lines -g` polls for it.
function connect(url, st, deadline) {
  return new Promise((resolve, reject) => {
    const w = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: 256 << 20 });
    st.w = w;
    w.on('open', () => { for (const s of o.subscribe) w.send(s); resolve(); });
    w.on('error', (e) => { st.error = st.error || e.message; reject(e); });
    w.on('close', () => { st.closed = true; });
    w.on('message', (data) => {
      const t = Number(nowNs() / 1000n); // us
      st.messages++; st.bytes += data.length; st.lastAt = t;
      // Several lines may travel in one message, plain or inside JSON: every frame is searched for the marker.
      let found = 0;
      for (let p = data.indexOf(NEEDLE); p >= 0; p = data.indexOf(NEEDLE, p + 3)) {
        let q = p + 3, tagEnd = data.indexOf(58, q);
        if (tagEnd < 0 || tagEnd - q > 40) continue;
        if (o.tag !== 'any' && data.latin1Slice(q, tagEnd) !== st.tag) { st.foreign++; continue; }
        let seq = 0, c, i = tagEnd + 1;
        for (; (c = data[i]) >= 48 && c <= 57; i++) seq = seq * 10 + c - 48;
        if (c !== 58) continue;
        let ns = 0;
        i++;
        const d0 = i;
        for (; (c = data[i]) >= 48 && c <= 57; i++) if (i - d0 < 13) ns = ns * 10 + c - 48;
        const digits = i - d0;
        const sentUs = digits <= 13 ? (ns * 1) / 1e3 : (ns * 10 ** (digits - 13)) / 1e3;
        if (seq >= o.count) { st.foreign++; continue; }
        found++;
        if (st.seen[seq]) { st.dup++; continue; }
        st.seen[seq] = 1; st.got++;
        if (seq < st.last) st.ooo++; else st.last = seq;
        if (!st.firstAt) st.firstAt = t;
        st.lastLineAt = t;
        if (sentUs < st.firstSent) st.firstSent = sentUs;
        if (seq >= o.skip) st.hist.add(t - sentUs);
      }
      if (o.frames === 'log' && found > 1) { st.malformed++; st.sample ||= data.toString().slice(0, 200); }
      if (found) st.lineFrames++;
      if (o.frames !== 'any' && (!found || st.lineFrames % EACH === 1)) inspect(st, data, found);
      if (st.got >= o.count) st.done = true;
    });
    setTimeout(() => reject(new Error('connect timeout')), Math.max(1, deadline - Date.now())).unref();
  });
}

// Asks for the stream and then never reads: not even the answer.
function stall(url) {
  return new Promise((resolve, reject) => {
    const u = new URL(url), s = net.connect({ host: u.hostname, port: +u.port });
    s.pause();
    s.on('error', reject);
    s.on('connect', () => s.write(`GET ${u.pathname}${u.search} HTTP/1.1\r\nHost: ${u.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3RhbGxlZCBjbGllbnQhIQ==\r\n${Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`, () => resolve(s)));
  });
}
// How many of these connections hold bytes at the server's end that it could not hand over.
function blocked(sockets) {
  const ports = new Set(sockets.map((s) => s.localPort));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((f) => fs.readFileSync(f, 'latin1').split('\n').slice(1)).map((l) => l.trim().split(/\s+/))
    .filter((w) => w.length > 4 && ports.has(parseInt(w[2].split(':')[1], 16)) && parseInt(w[4].split(':')[0], 16) > 0).length;
}

async function one(k) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'logstream-'));
  const gate = path.join(dir, 'go');
  const tag = o.tag && o.tag !== 'any' ? o.tag : `r${process.pid}x${k}`;
  const env = { QL_TAG: tag, QL_GATE: o.gate ? gate : '', QL_COUNT: String(o.count), QL_RATE: String(o.rate), QL_LEN: String(o.len), QL_LINES: fileURLToPath(new URL('./tools/bin/lines', import.meta.url)) };
  if (o.params) fs.writeFileSync(o.params, Object.entries(env).map(([a, b]) => `${a}='${b}'\n`).join(''));
  const hist = new Hist();
  const mk = () => ({ tag, seen: new Uint8Array(o.count), got: 0, dup: 0, ooo: 0, last: -1, foreign: 0, messages: 0, lineFrames: 0, parsed: 0, parsedLines: 0, malformed: 0, sample: null, seq: -1, storedUrl: '', checks: [], bytes: 0, firstAt: 0, lastLineAt: 0, lastAt: 0, firstSent: Infinity, hist, done: false, closed: false, error: null });
  const cs = Array.from({ length: o.clients }, mk);
  const deadline = Date.now() + o['max-s'] * 1000;
  let peak = 0;
  const look = () => { peak = Math.max(peak, treeRss(o.pid).rssMiB); };
  const watch = o.pid ? setInterval(look, 200) : null;
  const m = meter(o.pid);
  const fillUrl = (id) => o.ws.replaceAll('{id}', id).replaceAll('{tag}', tag).replaceAll('{gate}', gate);
  let trig = null, id = '', connectErrors = 0;
  const connectAll = async (id) => {
    // in groups, so that the accept queue is not what is measured
    for (let i = 0; i < cs.length; i += 20) {
      const r = await Promise.allSettled(cs.slice(i, i + 20).map((s) => connect(fillUrl(id), s, deadline)));
      connectErrors += r.filter((x) => x.status === 'rejected').length;
    }
  };
  const tStart = Number(nowNs() / 1000n);
  if (join === 'before') {
    await connectAll('');
    if (o.trigger) trig = sh(o.trigger, env);
  } else {
    trig = await sh(o.trigger, env);
    const mm = o['id-regex'] ? new RegExp(o['id-regex']).exec(trig.out) : [0, trig.out.trim()];
    if (!mm) fail(`no id in the trigger's output: ${trig.out.slice(0, 300)} ${trig.err.slice(0, 300)}`);
    if (o['join-delay-ms']) await sleep(o['join-delay-ms']);
    id = mm[1];
    if (o['stored-url']) cs[0].storedUrl = o['stored-url'].replaceAll('{id}', id);
    await connectAll(id);
  }
  const stalled = await Promise.all(Array.from({ length: o.stalled }, () => stall(fillUrl(id))));
  fs.writeFileSync(gate, '');
  const t0 = Number(nowNs() / 1000n);
  for (;;) {
    await sleep(20);
    const now = Number(nowNs() / 1000n);
    const live = cs.filter((c) => !c.done && !c.closed && !c.error);
    if (!live.length) break;
    if (Date.now() > deadline) break;
    if (now - t0 > o['idle-ms'] * 1000 && live.every((c) => now - Math.max(c.lastLineAt, t0) > o['idle-ms'] * 1000)) break;
  }
  const host = m.stop();
  const stalledBlocked = blocked(stalled);
  for (const s of stalled) s.destroy();
  if (watch) { clearInterval(watch); look(); }
  for (const c of cs) if (c.w) c.w.terminate();
  if (trig && trig.then) trig = await Promise.race([trig, sleep(5000).then(() => ({ rc: 'running' }))]);
  fs.rmSync(dir, { recursive: true });
  const checks = await Promise.all(cs[0].checks);
  const whole = o['whole-url'] ? await wholeLog(o['whole-url'].replaceAll('{id}', id), tag) : null;
  const got = cs.reduce((a, c) => a + c.got, 0);
  const began = Math.min(...cs.map((c) => (c.got ? c.firstSent : Infinity)));
  const ended = Math.max(...cs.map((c) => c.lastLineAt));
  const span = got ? (ended - began) / 1e6 : null;
  const per = cs.map((c) => (c.got > 1 ? c.got / ((c.lastLineAt - c.firstSent) / 1e6) : 0)).sort((a, b) => a - b);
  return {
    lines_total: got, expected: o.count * o.clients, lost: o.count * o.clients - got, dup: cs.reduce((a, c) => a + c.dup, 0), out_of_order: cs.reduce((a, c) => a + c.ooo, 0),
    frames_parsed: cs.reduce((a, c) => a + c.parsed, 0), malformed: cs.reduce((a, c) => a + c.malformed, 0), malformed_sample: cs.find((c) => c.sample)?.sample || null,
    stored_checked: checks.length, stored_missing: checks.filter((x) => !x).length, whole,
    stalled_blocked: stalledBlocked, foreign: cs.reduce((a, c) => a + c.foreign, 0), messages: cs.reduce((a, c) => a + c.messages, 0), bytes: cs.reduce((a, c) => a + c.bytes, 0),
    span_s: round(span), total_lines_s: span ? round(got / span, 0) : 0, client_lines_s: { min: round(per[0], 0), median: round(per[per.length >> 1], 0), max: round(per[per.length - 1], 0) },
    first_line_ms: got ? round((Math.min(...cs.filter((c) => c.firstAt).map((c) => c.firstAt)) - tStart) / 1000, 1) : null,
    latency_ms: hist.ms(), connect_errors: connectErrors, closed_early: cs.filter((c) => c.closed && !c.done).length, error: cs.find((c) => c.error)?.error || null,
    trigger_rc: trig ? trig.rc : null, rss_peak_mib: o.pid ? peak : null, server_cpu_us_per_line: o.pid && got ? round((host.server_cpu_s * 1e6) / got, 2) : null, generator_cpu_share: round(host.generator_cpu_s / host.wall_s, 2), host,
  };
}

const { runs, tries, noisy } = await cleanRuns({ runs: o.runs, quietWait: o['quiet-wait'], maxOther: o['max-other'] }, one);
const pick = (f) => spread(runs.map(f));
const sum = (f) => runs.reduce((a, r) => a + f(r), 0);
const out = {
  rig: 'log-stream', label: o.label, ws: o.ws, clients: o.clients, count: o.count, rate: o.rate, len: o.len, join,
  total_lines_s: pick((r) => r.total_lines_s), client_lines_s: pick((r) => r.client_lines_s.median), p50_ms: pick((r) => r.latency_ms?.p50 ?? NaN), p99_ms: pick((r) => r.latency_ms?.p99 ?? NaN), max_ms: pick((r) => r.latency_ms?.max ?? NaN),
  lost: sum((r) => r.lost), dup: sum((r) => r.dup), out_of_order: sum((r) => r.out_of_order), expected: sum((r) => r.expected), malformed: sum((r) => r.malformed), frames: o.frames, frames_parsed: sum((r) => r.frames_parsed), stored_checked: sum((r) => r.stored_checked), stored_missing: sum((r) => r.stored_missing), whole: o['whole-url'] ? { lost: sum((r) => r.whole.lost), dup: sum((r) => r.whole.dup), out_of_order: sum((r) => r.whole.out_of_order) } : null, stalled: o.stalled, stalled_blocked: sum((r) => r.stalled_blocked), connect_errors: sum((r) => r.connect_errors),
  server_cpu_us_per_line: o.pid ? pick((r) => r.server_cpu_us_per_line ?? NaN) : null, rss_peak_mib: o.pid ? Math.max(...runs.map((r) => r.rss_peak_mib)) : null, generator_cpu_share: pick((r) => r.generator_cpu_share), tries, noisy, runs,
};
emit(out, `${o.label || o.ws} x${o.clients}: ${out.client_lines_s.median} lines/s per client, ${out.total_lines_s.median} total (${out.total_lines_s.min}-${out.total_lines_s.max}), latency p50 ${out.p50_ms.median} p99 ${out.p99_ms.median} max ${out.max_ms.median} ms, lost ${out.lost} dup ${out.dup} out-of-order ${out.out_of_order} of ${out.expected}${out.malformed ? `, MALFORMED ${out.malformed}` : ''}${out.stored_missing ? `, NOT STORED ${out.stored_missing}` : ''}${o.pid ? `, server ${out.server_cpu_us_per_line.median} us CPU/line, RSS peak ${out.rss_peak_mib} MiB` : ''}, generator CPU ${round(out.generator_cpu_share.median * 100, 0)} %, noisy ${noisy}/${runs.length}`);
process.exit(0);
