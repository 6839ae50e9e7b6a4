// From the signed push to the first line of the deploy script, to its end, and to the recorded status "completed"; and,
// in turn with that, what no deployment server can go under: git fetch of the commit into a kept clone, start of the script.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { args, assertLoopback, cleanRuns, emit, fail, meter, nowUs, quantile, round, serverPid, sh, sleep, spread } from './lib/common.mjs';
import { once } from './lib/http1.mjs';
import { sendPush } from './send-push.mjs';

const USAGE = `deploy-latency --url WEBHOOK_URL --secret S --fixture DIR [options]
DIR is made by tools/fixture.sh make DIR; the server must deploy DIR/repo.git (branch main) by running its deploy.sh.
  --repo octo-org/octo-repo   full name in the payload
  --clone-url URL     put this clone_url into the payload (default file://DIR/repo.git)
  --n 20              pushes measured, one after another
  --warmup 3          pushes before them, not counted
  --floor             after each push the floor, with a commit of its own, in a clone that is kept in DIR/floor
  --status-url URL    polled until --status-regex matches; {id} = --id-regex on the answer to the push, {sha} = the commit
  --id-regex RE       first group = id of the deployment (default "deployment_?id"\\s*:\\s*"([^"]+)")
  --status-regex RE   default "(completed|success|succeeded)"
  --fail-regex RE     default "(failed|error|cancelled)"
  --header 'K: V'     for the status request (repeatable)
  --poll-ms 5         asked only after the script's first line, so that asking does not delay it
  --status-ws URL     instead of polling: a WebSocket on which a message matching --status-regex means done
  --gap-ms 200        rest between pushes
  --max-s 60          give up on one push after this
  --pid 0  --quiet-wait 60  --max-other 0.15  --label TEXT`;
const o = args({ url: '', secret: 'bench-secret', fixture: '', repo: 'octo-org/octo-repo', 'clone-url': '', n: 20, warmup: 3, floor: false, 'status-url': '', 'id-regex': '"deployment_?[iI]d"\\s*:\\s*"?([^",}]+)', 'status-regex': '"(completed|success|succeeded)"', 'fail-regex': '"(failed|cancelled)"', header: [], 'poll-ms': 5, 'status-ws': '', 'gap-ms': 200, 'max-s': 60, pid: 0, 'quiet-wait': 60, 'max-other': 0.15, label: '' }, USAGE);
if (!o.url || !o.fixture) fail('--url and --fixture are needed', USAGE);
assertLoopback(o.url);
if (o.n > 200) fail('over the safety bounds');
const pid = serverPid(o.pid, o.url);
const dir = path.resolve(o.fixture);
const tool = fileURLToPath(new URL('./tools/fixture.sh', import.meta.url));
const cloneUrl = o['clone-url'] || `file://${dir}/repo.git`;
const headers = Object.fromEntries(o.header.map((h) => [h.slice(0, h.indexOf(':')).trim(), h.slice(h.indexOf(':') + 1).trim()]));

// The FIFO is opened for reading and writing, so that neither side ever waits for the other to open it.
const marks = new Map();
const fifo = new net.Socket({ fd: fs.openSync(`${dir}/mark`, fs.constants.O_RDWR | fs.constants.O_NONBLOCK), readable: true, writable: false });
let part = '';
fifo.on('data', (d) => {
  const now = nowUs();
  const ls = (part + d).split('\n'); part = ls.pop();
  for (const l of ls) { const [what, tok] = l.split(' '); const k = `${what} ${tok}`; marks.set(k, [...(marks.get(k) || []), now]); }
});
const until = async (f, end, step = 1) => { while (Date.now() < end) { const v = f(); if (v) return v; await sleep(step); } return null; };

async function commit() {
  const c = await sh(`sh '${tool}' commit '${dir}'`);
  const [sha, tok] = c.out.trim().split(' ');
  if (c.rc || !tok) fail(`fixture: ${c.err}`);
  await sleep(o['gap-ms']);
  return [sha, tok];
}

async function floor() {
  const [sha, tok] = await commit();
  const t0 = nowUs();
  const r = await sh(`cd '${dir}/floor' && git fetch -q origin ${sha} && git reset -q --hard ${sha} && exec ./deploy.sh`);
  if (r.rc) fail(`floor: ${r.err}`);
  const started = await until(() => marks.get(`start ${tok}`), Date.now() + 2000);
  if (!started) fail('floor: the script wrote no mark');
  return round((started[0] - t0) / 1000);
}

async function one() {
  const [sha, tok] = await commit();
  let wsDone = null, w = null;
  if (o['status-ws']) {
    w = new WebSocket(o['status-ws'], { headers, perMessageDeflate: false });
    await new Promise((r, j) => { w.on('open', r); w.on('error', j); });
    w.on('message', (d) => { if (!wsDone && new RegExp(o['status-regex']).test(d.toString())) wsDone = nowUs(); });
  }
  const end = Date.now() + o['max-s'] * 1000;
  const m = meter(pid);
  const t0 = nowUs();
  const answer = await sendPush(o.url, { secret: o.secret, repo: o.repo, ref: 'refs/heads/main', sha, cloneUrl, delivery: randomUUID() });
  const acked = nowUs();
  const res = { ack_ms: round((acked - t0) / 1000), status_code: answer.status || answer.error };
  if (!(answer.status >= 200 && answer.status < 300)) fail(`the push was answered ${answer.status || answer.error}: ${(answer.body || '').slice(0, 300)}`);
  let statusAt = null, polls = 0, failed = false;
  const started = await until(() => marks.get(`start ${tok}`), end);
  const poll = (async () => {
    if (o['status-ws']) { statusAt = await until(() => wsDone, end); return; }
    if (!o['status-url']) return;
    const idm = new RegExp(o['id-regex']).exec(answer.body || '');
    const url = o['status-url'].replace('{id}', idm ? idm[1] : '').replace('{sha}', sha);
    while (Date.now() < end) {
      const r = await once(url, { headers }); polls++;
      // With {sha} absent and no {id}, the newest entry may still be the one before: ask for the sha too where it is shown.
      if (r.body && new RegExp(o['status-regex']).test(r.body)) { statusAt = nowUs(); return; }
      if (r.body && new RegExp(o['fail-regex']).test(r.body)) { failed = r.body.slice(0, 300); return; }
      await sleep(o['poll-ms']);
    }
  })();
  const ended = await until(() => marks.get(`end ${tok}`), end);
  await poll;
  if (w) w.terminate();
  const host = m.stop();
  res.start_ms = started ? round((started[0] - t0) / 1000) : null;
  res.end_ms = ended ? round((ended[0] - t0) / 1000) : null;
  res.completed_ms = statusAt ? round((statusAt - t0) / 1000) : null;
  res.runs_of_script = started ? started.length : 0;
  res.floor_ms = o.floor ? await floor() : null;
  res.failed = failed; res.polls = polls; res.host = host;
  return res;
}
if (o.floor) {
  const c = await sh(`rm -rf '${dir}/floor' && git clone -q 'file://${dir}/repo.git' '${dir}/floor'`);
  if (c.rc) fail(`floor: ${c.err}`);
}
for (let i = 0; i < o.warmup; i++) await one();
const { runs, tries, noisy } = await cleanRuns({ runs: o.n, quietWait: o['quiet-wait'], maxOther: o['max-other'] }, one);
const col = (k) => { const v = runs.map((r) => r[k]).filter((x) => x !== null); return v.length ? { ...spread(v), p95: round(quantile(v, 0.95)) } : null; };
const out = {
  rig: 'deploy-latency', label: o.label, url: o.url, n: runs.length, ack_ms: col('ack_ms'), start_ms: col('start_ms'), end_ms: col('end_ms'), completed_ms: col('completed_ms'), floor_ms: col('floor_ms'),
  not_started: runs.filter((r) => r.start_ms === null).length, not_completed: o['status-url'] || o['status-ws'] ? runs.filter((r) => r.completed_ms === null).length : null, run_twice: runs.filter((r) => r.runs_of_script > 1).length, tries, noisy, runs,
};
const f = (x) => (x ? `${x.median} (${x.min}-${x.max})` : '-');
emit(out, `${o.label || o.url}: push answered ${f(out.ack_ms)} ms, script's first line ${f(out.start_ms)} ms, its last ${f(out.end_ms)} ms, status completed ${f(out.completed_ms)} ms, floor ${f(out.floor_ms)} ms, n=${runs.length}, not started ${out.not_started}, run twice ${out.run_twice}, noisy ${noisy}`);
process.exit(0);
