// Runs the rigs against QUARK and its peers in turn and prints a Markdown table. Started by run.sh.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { median, round, sleep, spread } from './lib/common.mjs';
import { durable } from './durable.mjs';
import { BENCH, cleanUp, freePort, launch, Quark, SECRET, startFanout, startSink, startWebhook, stop, TMP } from './lib/servers.mjs';

const number = (name, def, min, max) => {
  const v = Number(process.env[name] || def);
  if (!(v >= min && v <= max)) { console.error(`bench: ${name} must be ${min} to ${max}`); process.exit(2); }
  return v;
};
const QUICK = process.env.BENCH_QUICK === '1';
const RUNS = number('BENCH_RUNS', QUICK ? 2 : 5, 1, 20);
const QUIET = number('BENCH_QUIET_WAIT', QUICK ? 0 : 15, 0, 120);
const scaled = (n) => (QUICK ? n / 10 : n);
const say = (text) => console.error(`bench: ${text}`);

// ---- the end, whatever brings it about ---------------------------------------------------------------------------
let ending = false;
async function end(code, why) {
  if (ending) return;
  ending = true;
  if (why) say(why);
  await cleanUp();
  process.exit(code);
}
for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => end(130, `${s}: stopping what was started`));
setTimeout(() => end(1, 'out of time (BENCH_MAX_MINUTES)'), number('BENCH_MAX_MINUTES', 30, 1, 240) * 60000).unref();

// ---- rigs --------------------------------------------------------------------------------------------------------
const resultsFile = path.join(BENCH, 'results', `${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`);
fs.mkdirSync(path.dirname(resultsFile), { recursive: true });
const keep = (o) => fs.appendFileSync(resultsFile, `${JSON.stringify(o)}\n`);
let rigs = 0;

async function rig(label, file, options, { env = {}, cwd } = {}) {
  const args = Object.entries({ label, ...options }).flatMap(([k, v]) => (v === true ? [`--${k}`] : [].concat(v).flatMap((x) => [`--${k}`, String(x)])));
  const p = launch(`rig-${rigs++}`, process.execPath, [path.join(BENCH, file), ...args], { env: { ...process.env, TMPDIR: TMP, ...env }, cwd, stdout: 'pipe' });
  let out = '';
  p.stdout.setEncoding('utf8').on('data', (d) => { out += d; });
  const closed = new Promise((r) => p.stdout.on('close', r));
  const guard = setTimeout(() => stop(p), 300000);
  const { code } = await p.gone;
  await closed;
  clearTimeout(guard);
  if (ending) await new Promise(() => {});
  const lines = out.split('\n');
  if (code !== 0 || !lines[0].startsWith('{')) throw new Error(`${label}: ${file} failed: ${fs.readFileSync(p.log, 'utf8').slice(-800)}`);
  say(lines[1].replace(/^# /, ''));
  const result = JSON.parse(lines[0]);
  keep(result);
  return result;
}

// ---- the table ---------------------------------------------------------------------------------------------------
const rows = [], notes = [];
const num = (x) => (x === null || x === undefined || Number.isNaN(x) ? '?' : x >= 100 ? Math.round(x).toLocaleString('en-US') : String(round(x, x >= 10 ? 1 : 2)));
const range = (s, unit) => `${num(s.median)} (${num(s.min)}–${num(s.max)})${unit ? ` ${unit}` : ''}`;
const row = (measure, quark, { peer = '', ratio = '', target = '', met = null } = {}) => rows.push([measure, quark, peer, ratio, target, met === null ? '' : met ? 'yes' : '**no**']);
const count = (n) => n.toLocaleString('en-US');

// ---- (a) ingest --------------------------------------------------------------------------------------------------
async function ingest() {
  const repo = 'bench/ingest';
  const quark = await new Quark('ingest').start();
  describeJdk(quark.pid);
  // A config that matches the push, so that it is looked up and decided on; it deploys nothing by itself.
  await quark.config({ repo_full_name: repo, clone_url: `file://${TMP}/none.git` });
  const peer = await startWebhook();
  const options = (url, more) => ({ url, secret: SECRET, repo, connections: 32, requests: scaled(20000), warmup: 500, 'quiet-wait': QUIET, 'max-other': QUICK ? 1 : 0.15, ...more });
  const targets = { quark: `${quark.url}/api/webhook`, ...(peer && { webhook: peer.url }) };
  for (const [name, url] of Object.entries(targets)) await rig(`${name}, warm-up, not counted`, 'webhook-ingest.mjs', options(url, { 'quiet-wait': 0, 'max-other': 1 }));
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
  row('– p50', range(s('quark', (r) => r.p50_ms.median), 'ms'), { peer: beside((r) => r.p50_ms.median, 'ms') });
  row('– p99', range(p99, 'ms'), { peer: beside((r) => r.p99_ms.median, 'ms'), target: '< 25 ms', met: p99.median < 25 });
  row('– CPU per request', range(s('quark', (r) => r.server_cpu_us_per_req.median), 'µs'), { peer: beside((r) => r.server_cpu_us_per_req.median, 'µs') });
  row('– not answered 2xx', `${count(bad)} of ${count(all)}`, { peer: peer ? `webhook: ${count(peerBad)}` : '', target: '0', met: bad === 0 });
  row('– acknowledged, then SIGKILL in mid-load: unknown after the start', `${count(kept.lost + kept.failed)} of ${count(kept.checked)}`, { target: '0', met: kept.lost + kept.failed === 0 && kept.checked > 0 });
  notes.push(`Ingest: the generator reaches ${num(ceiling.rps.median)} req/s against a server that does nothing; other processes took at most ${num(Math.max(...[...got.quark, ...got.webhook].map((r) => r.other_cpu_share.max)) * 100)} % of the machine during a run.`);
}

// ---- (b) stream --------------------------------------------------------------------------------------------------
async function stream() {
  const repo = 'bench/stream', params = path.join(TMP, 'params');
  const fixture = makeFixture('stream-fixture', 20);
  const command = `sh '${BENCH}/tools/emit.sh' '${params}'`;
  const quark = await new Quark('stream').start();
  describeJdk(quark.pid);
  await quark.config({ repo_full_name: repo, clone_url: `file://${fixture}/repo.git`, deploy_command: command });
  const fanout = await startFanout(`exec ${command}`);
  const host = quark.url.replace('http://', '');
  const common = { params, gate: true, 'quiet-wait': QUIET, 'max-other': 1, 'max-s': 60 };
  const atQuark = (frames, clients, lines, more = {}) => rig(`quark, ${frames === 'logs' ? 'batched' : 'one line a frame'}`, 'log-stream.mjs', {
    ...common, ws: `ws://${host}/deployments/{id}/logs?token=${quark.token}${frames === 'logs' ? '&batch=true' : ''}`, pid: quark.pid, trigger: `'${process.execPath}' '${BENCH}/trigger.mjs' '${quark.url}' '${repo}'`,
    frames, clients, count: lines, header: `Authorization: Bearer ${quark.token}`, 'whole-url': `${quark.url}/deployments/{id}/logs`, ...more,
  }, { env: { QUARK_TOKEN: quark.token } });
  const atFanout = (clients, lines) => rig('ws-fanout', 'log-stream.mjs', { ...common, ws: `ws://127.0.0.1:${fanout.port}/`, pid: fanout.process.pid, trigger: `'${process.execPath}' -e "fetch('http://127.0.0.1:${fanout.port}/run')"`, clients, count: lines });

  const n1 = scaled(200000), n10 = scaled(40000), nSteady = scaled(5000);
  for (const frames of ['log', 'logs']) await atQuark(frames, 1, n1, { 'quiet-wait': 0 });
  const kinds = {
    one: () => atQuark('log', 1, n1), one10: () => atQuark('log', 10, n10), batch: () => atQuark('logs', 1, n1), batch10: () => atQuark('logs', 10, n10),
    steady: () => atQuark('log', 1, nSteady, { rate: 500, 'stored-url': `${quark.url}/deployments/{id}/logs?after={after}&limit=1` }),
    fan: () => atFanout(1, n1), fan10: () => atFanout(10, n10),
  };
  const got = Object.fromEntries(Object.keys(kinds).map((k) => [k, []]));
  for (let i = 0; i < RUNS; i++) for (const k of i % 2 ? Object.keys(kinds).reverse() : Object.keys(kinds)) got[k].push(await kinds[k]());
  await stop(fanout.process);
  await quark.stop();

  const rate = (k) => spread(got[k].map((r) => r.client_lines_s.median));
  const line = (measure, k, target, peer) => {
    const s = rate(k), f = peer && rate(peer);
    row(measure, range(s, 'lines/s'), { peer: f ? `live only: ${range(f, 'lines/s')}` : '', ratio: f ? num(s.median / f.median) : '', target: `≥ ${count(target)}`, met: s.median >= target });
  };
  line('Output lines to one WebSocket client, stored first, one line a frame', 'one', 150000, 'fan');
  line('– to each of ten', 'one10', 15000, 'fan10');
  line('– one client, `?batch=true`', 'batch', 300000);
  line('– each of ten, `?batch=true`', 'batch10', 30000);
  const mine = ['one', 'one10', 'batch', 'batch10', 'steady'].flatMap((k) => got[k]);
  const sum = (f) => mine.reduce((a, r) => a + f(r), 0);
  const wrong = { lost: sum((r) => r.lost), dup: sum((r) => r.dup), order: sum((r) => r.out_of_order), form: sum((r) => r.malformed) };
  row('– lost, doubled, out of order, of the wrong form', `${wrong.lost}, ${wrong.dup}, ${wrong.order}, ${wrong.form} of ${count(sum((r) => r.expected))}`, { target: '0, 0, 0, 0', met: Object.values(wrong).every((x) => x === 0) });
  const stored = { lost: sum((r) => r.whole.lost), dup: sum((r) => r.whole.dup), order: sum((r) => r.whole.out_of_order) };
  row('– the same of the stored log, read afterwards', `${stored.lost}, ${stored.dup}, ${stored.order}`, { target: '0, 0, 0', met: Object.values(stored).every((x) => x === 0) });
  const missing = got.steady.reduce((a, r) => a + r.stored_missing, 0), checked = got.steady.reduce((a, r) => a + r.stored_checked, 0);
  const p99 = spread(got.steady.map((r) => r.p99_ms.median));
  row('500 lines/s to one client: from write(2) to the client, p50', range(spread(got.steady.map((r) => r.p50_ms.median)), 'ms'));
  row('– p99', range(p99, 'ms'), { target: '< 25 ms', met: p99.median < 25 });
  row('– asked for at the moment a client saw it: not stored', `${missing} of ${checked}`, { target: '0', met: missing === 0 && checked > 0 });
}

// ---- (c) latency -------------------------------------------------------------------------------------------------
async function latency() {
  const repo = 'bench/deploy', n = QUICK ? 5 : 20;
  const fixture = makeFixture('latency-fixture', 100);
  const quark = await new Quark('latency').start();
  describeJdk(quark.pid);
  await quark.config({ repo_full_name: repo, clone_url: `file://${fixture}/repo.git`, auto_deploy: true, deploy_command: './deploy.sh' });
  const r = await rig('quark', 'deploy-latency.mjs', {
    url: `${quark.url}/api/webhook`, secret: SECRET, repo, fixture, n, warmup: 3, floor: true, pid: quark.pid, 'status-url': `${quark.url}/deployments/{id}`, 'status-regex': '"status"\\s*:\\s*"completed"', 'fail-regex': '"status"\\s*:\\s*"(failed|cancelled)"',
    header: `Authorization: Bearer ${quark.token}`, 'quiet-wait': Math.min(QUIET, 5), 'max-other': 1, 'max-s': 30,
  });
  await quark.stop();
  const broken = r.not_started + r.not_completed + r.run_twice;
  const ratio = r.start_ms ? r.start_ms.median / r.floor_ms.median : NaN;
  row(`Push sent to the deploy command's first line, mirror warm, n = ${n}`, r.start_ms ? range(r.start_ms, 'ms') : 'never', { peer: `floor: ${range(r.floor_ms, 'ms')}`, ratio: num(ratio), target: '≤ 2 ×', met: ratio <= 2 });
  row('– push sent to its answer', range(r.ack_ms, 'ms'));
  row('– push sent to status completed', r.completed_ms ? range(r.completed_ms, 'ms') : 'never');
  row('– not started, not completed, run twice', `${r.not_started}, ${r.not_completed}, ${r.run_twice}`, { target: '0, 0, 0', met: broken === 0 });
}

// ---- (d) startup -------------------------------------------------------------------------------------------------
async function startup() {
  const repo = 'bench/ingest';
  const quark = await new Quark('startup').start();
  describeJdk(quark.pid);
  await quark.config({ repo_full_name: repo, clone_url: `file://${TMP}/none.git` });
  const load = { url: `${quark.url}/api/webhook`, secret: SECRET, repo, connections: 32, warmup: 0, 'quiet-wait': 0, 'max-other': 1 };
  await rig('deliveries for the existing database', 'webhook-ingest.mjs', { ...load, requests: 1000 });
  await quark.stop();
  const text = Object.entries({ ...load, requests: scaled(20000), pid: '{pid}' }).map(([k, v]) => `--${k} '${v}'`).join(' ');
  const r = await rig('quark', 'startup.mjs', {
    cmd: `'${process.env.BENCH_QUARK}' serve`, url: `${quark.url}/health`, cwd: quark.dir, runs: QUICK ? 3 : 10, 'idle-s': QUICK ? 3 : 10, 'idle-runs': QUICK ? 1 : 3, 'quiet-wait': Math.min(QUIET, 10), 'max-other': QUICK ? 1 : 0.15,
    load: `'${process.execPath}' '${BENCH}/webhook-ingest.mjs' ${text}`,
  }, { env: quark.env(), cwd: quark.dir });
  const mb = (s) => Object.fromEntries(Object.entries(s).map(([k, v]) => [k, k === 'n' ? v : v * 1.048576]));
  const idle = mb(r.idle_rss_mib), peak = mb(r.peak_rss_mib);
  const lateLoad = r.rested.filter((x) => x.load && x.load.rc !== 0).length;
  row(`From exec of \`quark serve\` to the first 200, existing database, n = ${r.start_ms.n}`, range(r.start_ms, 'ms'), { target: '≤ 600 ms', met: r.start_ms.median <= 600 });
  row('– CPU until then', range(r.cpu_to_up_s, 's'));
  row(`Memory (RSS, whole process tree) after ${QUICK ? 3 : 10} s at rest`, range(idle, 'MB'), { target: '≤ 130 MB', met: idle.median <= 130 });
  row(`– highest during ${count(scaled(20000))} pushes on 32 connections`, range(peak, 'MB'), { target: '≤ 200 MB', met: peak.median <= 200 && lateLoad === 0 });
  row('– SIGTERM to exit', range(r.stop_ms, 'ms'));
  notes.push(`Startup: ${r.noisy} of ${r.start_ms.n} starts were made while other processes took more than ${QUICK ? 100 : 15} % of the machine.`);
}

// ---- (e) switch --------------------------------------------------------------------------------------------------
const SWITCH = (process.env.BENCH_SWITCH || 'node,java,kill,nginx,pm2').split(',');

async function switches() {
  const n = number('BENCH_DEPLOYS', QUICK ? 5 : 50, 1, 100);
  const load = { rate: QUICK ? 100 : 500, mode: 'mixed', 'timeout-ms': 25000 };
  const quark = new Quark('switch');
  quark.proxyPort = await freePort();
  await quark.start();
  describeJdk(quark.pid);
  const got = {};
  let warm = false;
  const url = `http://127.0.0.1:${quark.proxyPort}/`;
  for (const kind of ['node', 'java', 'kill'].filter((k) => SWITCH.includes(k))) {
    const repo = `bench/${kind}`, id = (await quark.config(service(kind, repo))).id;
    const deploy = `'${process.execPath}' deploy.mjs '${quark.url}' ${repo}`;
    execFileSync('sh', ['-c', deploy], { cwd: BENCH, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, QUARK_TOKEN: quark.token } });
    // A router that was just started is still being compiled: for some seconds that would be all that is seen.
    if (!warm) await rig('warm-up, counts for nothing', 'zero-downtime.mjs', { ...load, url, deploys: QUICK ? 3 : 8 }, { cwd: BENCH });
    warm = true;
    const more = kind === 'kill' ? { deploys: QUICK ? 10 : 35 } : { deploy, deploys: n, 'gap-s': 1 };
    const measured = rig(`quark, ${kind}`, 'zero-downtime.mjs', { ...load, ...more, url, slow: 1, sockets: kind === 'java' ? 0 : 100 }, { cwd: BENCH, env: { QUARK_TOKEN: quark.token } });
    const killed = kind === 'kill' ? killOften(quark, QUICK ? 2 : 5) : null;
    [got[kind]] = await Promise.all([measured, killed]);
    if (kind !== 'kill') got[kind].cutovers = (await quark.call('GET', `/deployments?limit=${Math.min(100, n + 1)}&repo_full_name=${repo}`)).map((d) => d.cutover).filter(Boolean);
    await quark.call('DELETE', `/deploy/configs/${id}`);
  }
  await quark.stop();
  for (const peer of ['nginx', 'pm2'].filter((p) => SWITCH.includes(p) && run('sh', '-c', `command -v ${p} && command -v curl`))) got[peer] = await peerOf(peer, load, n);

  const lost = (r) => `${count(r.failed + r.unanswered)} of ${count(r.sent)}`;
  const times = (r) => `${num(r.during_deploys_ms.p99)} and ${num(r.between_deploys_ms.p99)} ms`;
  const peers = { nginx: 'nginx and a script', pm2: 'pm2 reload, no proxy' };
  const beside = (kind, text) => (kind !== 'node' ? '' : Object.keys(peers).filter((p) => got[p]).map((p) => `${peers[p]}: ${text(got[p])}`).join('; ') || 'neither nginx nor pm2 was measured');
  for (const [kind, name] of [['node', 'Node'], ['java', 'Java']].filter(([k]) => got[k])) {
    const r = got[kind], ratio = r.during_deploys_ms.p99 / r.between_deploys_ms.p99;
    row(`${n} deployments of a ${name} app in a row, ${load.rate} requests/s, half on new connections: failed`, lost(r), { peer: beside(kind, lost), target: '0', met: r.failed + r.unanswered + r.deploys_failed === 0 });
    row('– p99 during a deployment, and beside it', times(r), { peer: beside(kind, times), ratio: num(ratio), target: '≤ 2 ×', met: ratio <= 2 });
    row('– responses that take 20 s, one after the other: failed', `${r.slow.failed} of ${r.slow.failed + r.slow.answered}`, { target: '0', met: r.slow.failed === 0 });
    if (kind === 'node') row('– 100 WebSockets open throughout: closed otherwise than with 1012 at the drain\'s end', String(r.sockets.failed), { target: '0', met: r.sockets.failed === 0 });
    row('– `cutover` as QUARK measured it: failed', `${count(r.cutovers.reduce((a, c) => a + c.failed, 0))} of ${count(r.cutovers.reduce((a, c) => a + c.requests, 0))}, ${r.cutovers.length} switches whose drain was over`, { target: '0', met: r.cutovers.every((c) => c.failed === 0) });
  }
  if (got.kill) {
    const r = got.kill;
    row(`QUARK itself killed with SIGKILL and started again ${QUICK ? 2 : 5} times under the same load: failed`, lost(r), { target: '0', met: r.failed + r.unanswered === 0 });
    row('– 20 s responses and WebSockets that failed', `${r.slow.failed} and ${r.sockets.failed}`, { target: '0', met: r.slow.failed + r.sockets.failed === 0 });
  }
}

// A repository with the app alone, and the config that deploys it: a new version is a new deployment.
function service(kind, repo) {
  const app = kind === 'java' ? 'App.class' : 'app.mjs', dir = path.join(TMP, `switch-${kind}`), work = path.join(dir, 'work');
  fs.mkdirSync(work, { recursive: true });
  if (kind === 'java') execFileSync(path.join(path.dirname(process.env.BENCH_JAVA), 'javac'), ['-d', work, path.join(BENCH, 'peers/App.java')]);
  else fs.copyFileSync(path.join(BENCH, 'peers/app.mjs'), path.join(work, app));
  const git = (...a) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', ...a], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  git('init', '-q', '-b', 'main'); git('add', '-A'); git('commit', '-qm', 'app'); git('clone', '-q', '--bare', work, path.join(dir, 'repo.git'));
  const java = `exec '${process.env.BENCH_JAVA}' -XX:+UseSerialGC -Xmx64m -XX:TieredStopAtLevel=1 -cp . App`;
  return {
    repo_full_name: repo, clone_url: `file://${dir}/repo.git`, deploy_command: 'true',
    service: { start_command: `export APP_VERSION="$DEPLOYMENT_ID"; ${kind === 'java' ? java : `exec '${process.execPath}' app.mjs`}`, hosts: ['*'], drain_seconds: 30, health_check: { interval_ms: 50 } },
  };
}

async function killOften(quark, times) {
  for (let i = 0; i < times; i++) {
    await sleep(3000);
    await quark.stop('SIGKILL');
    await sleep(1000);
    await quark.start();
  }
}

async function peerOf(peer, load, n) {
  const dir = path.join(TMP, peer), port = await freePort(), script = peer === 'nginx' ? 'peers/bluegreen.sh' : 'peers/pm2.sh';
  const sh = (...a) => execFileSync('sh', [script, ...a], { cwd: BENCH, stdio: ['ignore', 'ignore', 'inherit'] });
  sh('start', dir, String(port));
  try {
    return await rig(peer, 'zero-downtime.mjs', { ...load, url: `http://127.0.0.1:${port}/`, deploys: n, 'gap-s': 1, deploy: `sh ${script} deploy '${dir}' v$DEPLOY_N` }, { cwd: BENCH });
  } finally { sh('stop', dir); }
}

// ---- what it ran on ----------------------------------------------------------------------------------------------
let jdk = 'unknown';
function describeJdk(pid) {
  try {
    const java = fs.readlinkSync(`/proc/${pid}/exe`);
    const release = fs.readFileSync(path.join(path.dirname(java), '..', 'release'), 'utf8');
    jdk = ['IMPLEMENTOR', 'JAVA_RUNTIME_VERSION'].map((k) => new RegExp(`^${k}="?([^"\\n]*)`, 'm').exec(release)?.[1]).filter(Boolean).join(' ') || 'unknown';
  } catch { /* not a JDK: stays unknown */ }
}
const run = (cmd, ...args) => { try { return execFileSync(cmd, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(); } catch { return ''; } };
function makeFixture(name, files) {
  const dir = path.join(TMP, name);
  fs.mkdirSync(dir);
  execFileSync('sh', [path.join(BENCH, 'tools/fixture.sh'), 'make', dir, String(files)], { stdio: ['ignore', 'ignore', 'inherit'] });
  return dir;
}
// What a durable write costs here: 8 KiB appended and fdatasync, 200 times.
function syncCost() {
  const fd = fs.openSync(path.join(TMP, 'sync'), 'w'), block = Buffer.alloc(8192, 7), ms = [];
  for (let i = 0; i < 200; i++) { const t = process.hrtime.bigint(); fs.writeSync(fd, block); fs.fdatasyncSync(fd); ms.push(Number(process.hrtime.bigint() - t) / 1e6); }
  fs.closeSync(fd);
  return median(ms);
}
function machine() {
  const osName = /^PRETTY_NAME="?([^"\n]*)/m.exec(fs.readFileSync('/etc/os-release', 'utf8'))?.[1] || os.type();
  const fsType = run('stat', '-f', '-c', '%T', TMP);
  const commit = run('git', '-C', BENCH, 'rev-parse', '--short=12', 'HEAD') || 'unknown', dirty = run('git', '-C', BENCH, 'status', '--porcelain', '--untracked-files=no') ? ', with local changes' : '';
  if (fsType === 'tmpfs') notes.push('**The database was on tmpfs, where a durable write costs nothing: set TMPDIR to a folder on a disk before publishing these.**');
  return { commit: commit + dirty, text: `${os.cpus()[0].model}, ${os.cpus().length} cores, ${num(os.totalmem() / 1e9)} GB RAM; ${osName}, Linux ${os.release()}; database on ${fsType}, 8 KiB + fdatasync ${num(syncCost())} ms; JDK ${jdk}; Node.js ${process.versions.node}; webhook ${/[\d.]+\d/.exec(run('webhook', '-version'))?.[0] ?? 'not installed'}; load and servers on the same machine` };
}

const SECTIONS = { ingest, stream, latency, startup, switch: switches };
const wanted = process.argv[2] === 'all' || !process.argv[2] ? Object.keys(SECTIONS) : [process.argv[2]];
let failed = false;
try {
  for (const name of wanted) {
    say(`--- ${name}`);
    try { await SECTIONS[name](); } catch (e) {
      if (ending) break;
      failed = true;
      say(`${name} could not be measured: ${e.message}`);
      row(name, 'could not be measured', { met: false });
    }
  }
  if (!ending) {
    const m = machine();
    const cells = (r) => `| ${r.map((c) => String(c).replaceAll('|', '\\|')).join(' | ')} |`;
    console.log([
      `${new Date().toISOString().slice(0, 10)}, commit ${m.commit}. Medians of ${RUNS} runs where nothing else is said, minimum and maximum in brackets.`, '',
      m.text + '.', '', ...(QUICK ? ['**A quick run: it shows that everything works, its numbers mean nothing.**', ''] : []),
      cells(['measure', 'QUARK', 'beside it', 'ratio', 'target', 'met']), '|---|---|---|---|---|---|', ...rows.map(cells), '', ...notes.flatMap((n) => [n, '']),
    ].join('\n').trimEnd());
    await end(failed ? 1 : 0);
  }
} catch (e) { await end(1, e.stack); }
while (ending) await sleep(1000);
