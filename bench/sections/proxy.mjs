// What the router costs: requests/s and latency through it, through nginx and Caddy, and without any proxy, in turn.
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { spread } from '../lib/common.mjs';
import { bareRepository, describeJdk, num, QUICK, QUIET, range, rig, row, RUNS } from '../lib/bench.mjs';
import { BENCH, freePort, installed, Quark, startProxy, startSink, stop } from '../lib/servers.mjs';

export async function proxy() {
  if (!installed('wrk')) throw new Error('wrk is not installed. On Debian: apt-get install wrk');
  const quark = new Quark('proxy');
  quark.proxyPort = await freePort();
  await quark.start();
  describeJdk(quark.pid);
  await deploySink(quark);
  const sink = await startSink(), started = [];
  const urls = { direct: sink.url, quark: `http://127.0.0.1:${quark.proxyPort}/` };
  for (const name of ['nginx', 'caddy'].filter(installed)) { const p = await startProxy(name, sink.port); started.push(p.process); urls[name] = p.url; }
  const ask = (name, connections, seconds) => rig(`${name}, ${connections} connection${connections > 1 ? 's' : ''}`, 'requests.mjs', { url: urls[name], connections, seconds, 'quiet-wait': Math.min(QUIET, 5), 'max-other': 1 });
  const names = Object.keys(urls), kinds = [32, 1], got = {};
  for (const name of names) await ask(name, 32, QUICK ? 1 : name === 'quark' ? 10 : 2);
  for (let i = 0; i < RUNS; i++) for (const c of kinds) for (const name of i % 2 ? [...names].reverse() : names) ((got[name] ||= {})[c] ||= []).push(await ask(name, c, QUICK ? 1 : 4));
  for (const p of [...started, sink.process]) await stop(p);
  await quark.stop();

  const of = (name, c, f) => spread(got[name][c].map(f)), others = names.filter((n) => n !== 'quark');
  const beside = (c, f, unit) => others.map((n) => `${n}: ${range(of(n, c, f), unit)}`).join('; ');
  const rps = (r) => r.rps.median, p50 = (r) => r.p50_ms.median, p99 = (r) => r.p99_ms.median;
  const ratio = got.caddy ? of('quark', 32, rps).median / of('caddy', 32, rps).median : NaN;
  const bad = got.quark[32].concat(got.quark[1]).reduce((a, r) => a + r.bad, 0);
  row('Through the router, 32 connections, an app that answers at once', range(of('quark', 32, rps), 'req/s'), { peer: beside(32, rps, 'req/s'), ratio: got.caddy ? `${num(ratio)} of Caddy` : 'caddy is not installed', target: '≥ 0.6 of Caddy', met: got.caddy ? ratio >= 0.6 : null });
  row('– p99', range(of('quark', 32, p99), 'ms'), { peer: beside(32, p99, 'ms') });
  row('– one connection, p50', range(of('quark', 1, p50), 'ms'), { peer: beside(1, p50, 'ms'), ratio: `${num(of('quark', 1, p50).median - of('direct', 1, p50).median)} ms more than without a proxy` });
  row('– one connection, p99', range(of('quark', 1, p99), 'ms'), { peer: beside(1, p99, 'ms') });
  row('– not answered 2xx', String(bad), { target: '0', met: bad === 0 });
}

// The emptiest server of all as a service.
async function deploySink(quark) {
  const repo = 'bench/proxy', repository = bareRepository('proxy-app', (work) => fs.writeFileSync(path.join(work, 'README'), 'sink'));
  await quark.config({ repo_full_name: repo, clone_url: repository, deploy_command: 'true', service: { start_command: `exec '${BENCH}/tools/bin/sink' "$PORT"`, hosts: ['*'] } });
  execFileSync(process.execPath, ['deploy.mjs', quark.url, repo], { cwd: BENCH, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, QUARK_TOKEN: quark.token } });
}
