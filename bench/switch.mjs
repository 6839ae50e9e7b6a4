// Deploys the application behind QUARK's router, by the router's own control channel: what a deployment does once its
// command is through. The next instance starts on a port of its own, traffic goes there once it answers, the old one drains.
//   switch.mjs start DIR PORT node|java | deploy DIR VERSION [kill-router] | stop DIR
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { once } from './lib/http1.mjs';
import { sleep } from './lib/common.mjs';

const [cmd, dir, arg, kind] = process.argv.slice(2);
const here = import.meta.dirname, state = path.join(dir, 'state.json');
const read = () => JSON.parse(fs.readFileSync(state, 'utf8'));
const write = (o) => fs.writeFileSync(state, JSON.stringify(o));
const CONFIG = '01234567-89ab-7def-8123-456789abcdef';
const freePort = () => new Promise((r) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => r(p)); }); });
const ask = (question) => new Promise((resolve, reject) => {
  const s = net.connect(path.join(dir, 'router', 'control'));
  let text = '';
  s.setEncoding('utf8').on('data', (d) => { text += d; if (text.endsWith('\n')) { s.destroy(); resolve(JSON.parse(text)); } });
  s.on('error', reject).on('close', () => reject(new Error('the router ended')));
  s.write(`${JSON.stringify({ waitMs: 0, ...question })}\n`);
});
const detached = (name, command, args, env) => {
  const log = fs.openSync(path.join(dir, `${name}.log`), 'a');
  const p = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...env } });
  p.unref();
  return p.pid;
};
async function app(o, version) {
  const port = await freePort(), env = { PORT: String(port), APP_VERSION: version };
  const pid = o.kind === 'java'
    ? detached('app', process.env.BENCH_JAVA || 'java', ['-XX:+UseSerialGC', '-Xmx64m', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', dir, 'App'], env)
    : detached('app', process.execPath, [path.join(here, 'peers/app.mjs')], env);
  for (let i = 0; ; i++) {
    const r = await once(`http://127.0.0.1:${port}/`, { timeoutMs: 2000 });
    if (r.status === 200) break;
    if (i > 2000) throw new Error('the app does not answer');
    await sleep(10);
  }
  return { pid, port };
}
const route = (version, port) => ({ op: 'switch', route: { config: CONFIG, hosts: ['*'], prefix: '/', stripPrefix: false, release: version, ports: [port], drainMs: 30000 } });
const done = (reply) => { if (reply.error || reply.conflict) throw new Error(JSON.stringify(reply)); return reply; };

if (cmd === 'start') {
  fs.mkdirSync(path.join(dir, 'router'), { recursive: true, mode: 0o700 });
  const o = { kind, java: process.env.BENCH_JAVA || 'java' };
  if (kind === 'java') execFileSync(path.join(path.dirname(fs.realpathSync(o.java)), 'javac'), ['-d', dir, path.join(here, 'peers/App.java')]);
  const options = (process.env.BENCH_ROUTER_OPTS || '-XX:+UseSerialGC -Xms16m -Xmx64m -Xss256k -XX:MaxDirectMemorySize=96m --enable-native-access=ALL-UNNAMED').split(' ');
  o.router = detached('router', o.java, [...options, '-cp', path.join(here, '../quark-app/target/dist/quark.jar'), 'dev.quark.app.QuarkCommand', 'router', '--dir', path.join(dir, 'router'), '--host', '127.0.0.1', '--port', arg, '--trusted', '', '--build', 'bench']);
  o.app = await app(o, 'v0');
  for (let i = 0; ; i++) {
    try { done(await ask(route('v0', o.app.port))); break; } catch (e) { if (i > 1000) throw e; await sleep(20); }
  }
  write(o);
} else if (cmd === 'deploy') {
  const o = read(), next = await app(o, arg);
  done(await ask(route(arg, next.port)));
  // The old instance ends when the router says that nothing is under way there.
  (async () => {
    let r;
    do r = await ask({ op: 'drain', config: CONFIG, release: arg, waitMs: 500 }); while (r.underWay && process.env.BENCH_AWAIT_DRAIN !== '0');
    if (!r.underWay) process.kill(o.app.pid, 'SIGTERM');
    else detached('stopper', process.execPath, [process.argv[1], 'drained', dir, arg, String(o.app.pid)]);
    if (r.cutover) fs.appendFileSync(path.join(dir, 'cutovers.jsonl'), `${JSON.stringify(r.cutover)}\n`);
  })();
  write({ ...o, app: next });
} else if (cmd === 'drained') {
  let r;
  do r = await ask({ op: 'drain', config: CONFIG, release: arg, waitMs: 5000 }); while (r.underWay);
  process.kill(+kind, 'SIGTERM');
  if (r.cutover) fs.appendFileSync(path.join(dir, 'cutovers.jsonl'), `${JSON.stringify(r.cutover)}\n`);
} else if (cmd === 'stop') {
  const o = read();
  for (const pid of [o.app.pid, o.router]) { try { process.kill(pid, 'SIGTERM'); } catch { /* it has ended */ } }
} else { console.error('switch.mjs start|deploy|stop DIR …'); process.exit(2); }
