// Deployments of an app in a row under constant load, and QUARK killed under it; nginx with a script, and pm2, beside it.
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { sleep } from '../lib/common.mjs';
import { bareRepository, count, describeJdk, num, number, QUICK, rig, row, run } from '../lib/bench.mjs';
import { BENCH, freePort, Quark, TMP } from '../lib/servers.mjs';

const SWITCH = (process.env.BENCH_SWITCH || 'node,java,kill,nginx,pm2').split(',');

export async function switches() {
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
  for (const peer of ['nginx', 'pm2'].filter((p) => SWITCH.includes(p) && run('sh', '-c', `command -v ${p} && command -v curl`))) got[peer] = await peerOf(peer, load, Math.min(n, 20));

  const lost = (r) => `${count(r.failed + r.unanswered)} of ${count(r.sent)}`;
  const times = (r) => `${num(r.during_deploys_ms.p99)} and ${num(r.between_deploys_ms.p99)} ms`;
  const peers = { nginx: 'nginx and a script', pm2: 'pm2 reload, no proxy' };
  const beside = (kind, text) => (kind !== 'node' ? '' : Object.keys(peers).filter((p) => got[p]).map((p) => `${peers[p]}, ${got[p].deploys} deployments: ${text(got[p])}`).join('; ') || 'neither nginx nor pm2 was measured');
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
  const repository = bareRepository(`switch-${kind}`, (work) => {
    if (kind === 'java') execFileSync(path.join(path.dirname(process.env.BENCH_JAVA), 'javac'), ['-d', work, path.join(BENCH, 'peers/App.java')]);
    else fs.copyFileSync(path.join(BENCH, 'peers/app.mjs'), path.join(work, 'app.mjs'));
  });
  const java = `exec '${process.env.BENCH_JAVA}' -XX:+UseSerialGC -Xmx64m -XX:TieredStopAtLevel=1 -cp . App`;
  return {
    repo_full_name: repo, clone_url: repository, deploy_command: 'true',
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
