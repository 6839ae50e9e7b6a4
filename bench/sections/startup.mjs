// From exec to the first answered request; memory at rest and under load.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { count, describeJdk, notes, num, QUICK, QUIET, range, rig, row, scaled } from '../lib/bench.mjs';
import { BENCH, freePort, Quark, SECRET, TMP } from '../lib/servers.mjs';

export async function startup() {
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
  // What a JVM alone takes on this machine, to see how much of the rest is QUARK's.
  const java = process.env.BENCH_JAVA, port = await freePort();
  execFileSync(path.join(path.dirname(java), 'javac'), ['-d', TMP, path.join(BENCH, 'peers/App.java')]);
  const bare = await rig('a JDK HttpServer', 'startup.mjs', {
    cmd: `'${java}' -XX:+UseSerialGC -cp '${TMP}' App`, url: `http://127.0.0.1:${port}/`, cwd: TMP, runs: QUICK ? 3 : 10, 'idle-runs': 0, 'quiet-wait': Math.min(QUIET, 10), 'max-other': QUICK ? 1 : 0.15,
  }, { env: { ...process.env, PORT: String(port), APP_DELAY_MS: '0' } });
  const mb = (s) => Object.fromEntries(Object.entries(s).map(([k, v]) => [k, k === 'n' ? v : v * 1.048576]));
  const idle = mb(r.idle_rss_mib), peak = mb(r.peak_rss_mib);
  const lateLoad = r.rested.filter((x) => x.load && x.load.rc !== 0).length;
  row(`From exec of \`quark serve\` to the first 200, existing database, n = ${r.start_ms.n}`, range(r.start_ms, 'ms'), { peer: `JDK HttpServer: ${range(bare.start_ms, 'ms')}`, ratio: num(r.start_ms.median / bare.start_ms.median), target: '≤ 600 ms', met: r.start_ms.median <= 600 });
  row('– CPU until then', range(r.cpu_to_up_s, 's'), { peer: `JDK HttpServer: ${range(bare.cpu_to_up_s, 's')}` });
  row(`Memory (RSS, whole process tree) after ${QUICK ? 3 : 10} s at rest`, range(idle, 'MB'), { target: '≤ 130 MB', met: idle.median <= 130 });
  row(`– highest during ${count(scaled(20000))} pushes on 32 connections`, range(peak, 'MB'), { target: '≤ 200 MB', met: peak.median <= 200 && lateLoad === 0 });
  row('– SIGTERM to exit', range(r.stop_ms, 'ms'));
  notes.push(`Startup: ${r.noisy} of ${r.start_ms.n} starts were made while other processes took more than ${QUICK ? 100 : 15} % of the machine.`);
}
