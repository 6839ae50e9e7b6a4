// Time from exec to the first good answer, memory at rest, memory and CPU under load, time to stop.
import fs from 'node:fs';
import { spawn } from 'node:child_process';
import { args, assertLoopback, cleanRuns, emit, fail, meter, nowUs, otherShare, round, sh, sleep, spread, tree, treeCpu, treePss, treeRss } from './lib/common.mjs';
import { once } from './lib/http1.mjs';

const USAGE = `startup --cmd 'COMMAND' --url http://127.0.0.1:PORT/PATH [options]
  --cmd CMD         run as /bin/sh -c 'exec CMD' in a process group of its own
  --cwd DIR  --env K=V (repeatable)  --before CMD (before each start, for example to remove the database)
  --expect 200      status that counts as up
  --runs 10         starts measured
  --idle-s 10       at rest for this long before memory is read (only in the first --idle-runs runs)
  --idle-runs 3
  --load CMD        after the rest run this load, with memory sampled every 100 ms ({pid} is replaced by the server's pid)
  --drop-caches     drop the page cache before each start (needs root): a start after boot
  --stop-signal SIGTERM   --stop-s 15
  --max-start-s 60  --quiet-wait 60  --max-other 0.1  --label TEXT`;
const o = args({ cmd: '', url: '', cwd: '', env: [], before: '', expect: 200, runs: 10, 'idle-s': 10, 'idle-runs': 3, load: '', 'drop-caches': false, 'stop-signal': 'SIGTERM', 'stop-s': 15, 'max-start-s': 60, 'quiet-wait': 60, 'max-other': 0.1, label: '' }, USAGE);
if (!o.cmd || !o.url) fail('--cmd and --url are needed', USAGE);
assertLoopback(o.url);
if (o.runs > 50 || o['idle-s'] > 120) fail('over the safety bounds');
const env = { ...process.env, ...Object.fromEntries(o.env.map((e) => [e.slice(0, e.indexOf('=')), e.slice(e.indexOf('=') + 1)])) };

let child = null;
const killGroup = (sig) => { if (child && child.exitCode === null && child.signalCode === null) try { process.kill(-child.pid, sig); } catch { /* gone */ } };
process.on('exit', () => killGroup('SIGKILL'));
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => process.exit(1));

let turn = 0;
const rested = []; // every run with a rest, also one whose start was too disturbed to count
async function one() {
  if (o.before) { const r = await sh(o.before); if (r.rc) fail(`--before failed: ${r.err}`); }
  if (o['drop-caches']) { await sh('sync'); fs.writeFileSync('/proc/sys/vm/drop_caches', '3'); }
  if (!(await once(o.url, { timeoutMs: 500 })).error) fail('something already answers at the URL');
  const withIdle = turn++ < o['idle-runs'];
  let log = '';
  const c0 = meter(0);
  const t0 = nowUs();
  child = spawn('/bin/sh', ['-c', `exec ${o.cmd}`], { cwd: o.cwd || undefined, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const gone = new Promise((r) => child.on('exit', (code, sig) => r({ code, sig })));
  child.stdout.on('data', (d) => { log = (log + d).slice(-4000); });
  child.stderr.on('data', (d) => { log = (log + d).slice(-4000); });
  let up = null, tries = 0;
  while (nowUs() - t0 < o['max-start-s'] * 1e6) {
    if (child.exitCode !== null) fail(`the server ended before it answered: ${log}`);
    const r = await once(o.url, { timeoutMs: 5000 });
    tries++;
    if (r.status === o.expect) { up = nowUs(); break; }
    await sleep(2);
  }
  if (!up) { killGroup('SIGKILL'); fail(`no answer within ${o['max-start-s']} s: ${log}`); }
  const pid = child.pid;
  const cpuUp = treeCpu(pid);
  const host = c0.stop();
  host.other_cpu_share = otherShare(host.busy_cpu_s - host.generator_cpu_s - cpuUp, host.wall_s);
  const res = { start_ms: round((up - t0) / 1000, 1), cpu_to_up_s: cpuUp, tries, rss_at_up_mib: treeRss(pid).rssMiB, host };
  if (withIdle) {
    const c1 = treeCpu(pid);
    await sleep(o['idle-s'] * 1000);
    res.idle = { ...treeRss(pid), pssMiB: treePss(pid), cpu_share: round((treeCpu(pid) - c1) / o['idle-s'], 4), threads: tree(pid).reduce((n, p) => n + fs.readdirSync(`/proc/${p}/task`).length, 0) };
    if (o.load) {
      let peak = 0, peakPss = 0, k = 0;
      const w = setInterval(() => { peak = Math.max(peak, treeRss(pid).rssMiB); if (k++ % 10 === 0) peakPss = Math.max(peakPss, treePss(pid)); }, 100);
      const l = await sh(o.load.replaceAll('{pid}', String(pid)));
      clearInterval(w);
      res.load = { rc: l.rc, rss_peak_mib: peak, pss_peak_mib: peakPss, rss_after_mib: treeRss(pid).rssMiB, said: l.out.split('\n').filter((x) => x.startsWith('#')).join(' | ').slice(0, 600) || (l.out + l.err).slice(0, 300) };
    }
  }
  if (withIdle) rested.push(res);
  const ts = nowUs();
  killGroup(o['stop-signal']);
  const end = await Promise.race([gone, sleep(o['stop-s'] * 1000).then(() => null)]);
  res.stop_ms = end ? round((nowUs() - ts) / 1000, 1) : null;
  if (!end) { killGroup('SIGKILL'); await gone; }
  await sleep(150);
  return res;
}
const { runs, tries, noisy } = await cleanRuns({ runs: o.runs, quietWait: o['quiet-wait'], maxOther: o['max-other'] }, one);
const idle = rested, load = rested.filter((r) => r.load);
const out = {
  rig: 'startup', label: o.label, url: o.url, cmd: o.cmd, cold_cache: o['drop-caches'],
  start_ms: spread(runs.map((r) => r.start_ms)), cpu_to_up_s: spread(runs.map((r) => r.cpu_to_up_s)), stop_ms: spread(runs.filter((r) => r.stop_ms !== null).map((r) => r.stop_ms)), not_stopped: runs.filter((r) => r.stop_ms === null).length,
  idle_rss_mib: idle.length ? spread(idle.map((r) => r.idle.rssMiB)) : null, idle_pss_mib: idle.length ? spread(idle.map((r) => r.idle.pssMiB)) : null, idle_cpu_share: idle.length ? spread(idle.map((r) => r.idle.cpu_share)) : null, idle_procs: idle.length ? idle[0].idle.procs : null,
  peak_rss_mib: load.length ? spread(load.map((r) => r.load.rss_peak_mib)) : null, peak_pss_mib: load.length ? spread(load.map((r) => r.load.pss_peak_mib)) : null, tries, noisy, runs, rested,
};
emit(out, `${o.label || o.url}: first ${o.expect} after ${out.start_ms.median} ms (${out.start_ms.min}-${out.start_ms.max}, n=${runs.length}), ${out.cpu_to_up_s.median} s CPU${idle.length ? `, at rest RSS ${out.idle_rss_mib.median} PSS ${out.idle_pss_mib.median} MiB in ${out.idle_procs} process(es), CPU ${round(out.idle_cpu_share.median * 100, 2)} %` : ''}${load.length ? `, peak under load RSS ${out.peak_rss_mib.median} MiB` : ''}, stops in ${out.stop_ms.median} ms, noisy ${noisy}/${runs.length}`);
process.exit(0);
