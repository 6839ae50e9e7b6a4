// Starts and stops what is measured: QUARK and its peers, on free loopback ports, in a temporary folder.
// Everything is stopped by process id. A command that QUARK runs outlives QUARK by design, so whatever is left over is found
// by its working directory, which lies in this run's temporary folder, and stopped as well.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sleep } from './common.mjs';
import { once } from './http1.mjs';

export const BENCH = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const TMP = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'quark-bench-')));
export const SECRET = 'bench-secret';
const PASSWORD = 'bench-password';
const running = new Set();

export const installed = (program) => (process.env.PATH || '').split(':').some((d) => fs.existsSync(path.join(d, program)));
export const freePort = () => new Promise((resolve, reject) => {
  const s = net.createServer().on('error', reject);
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

// Only what a server needs: neither this shell's settings nor a .env file may change what is measured.
const baseEnv = () => Object.fromEntries(['PATH', 'HOME', 'LANG', 'TMPDIR', 'JAVA_HOME', 'QUARK_JAVA_OPTS'].filter((k) => process.env[k] !== undefined).map((k) => [k, process.env[k]]));

export function launch(name, cmd, args, { env = baseEnv(), cwd = TMP, stdout } = {}) {
  const log = path.join(TMP, `${name}.log`);
  const fd = fs.openSync(log, 'a');
  // A group of its own: Ctrl-C reaches this program only, which then stops the others in order.
  const p = spawn(cmd, args, { env, cwd, detached: true, stdio: ['ignore', stdout || fd, fd] });
  fs.closeSync(fd);
  p.title = name; p.log = log;
  p.gone = new Promise((r) => { p.on('exit', (code, signal) => { running.delete(p); r({ code, signal }); }); p.on('error', (e) => { running.delete(p); fs.appendFileSync(log, e.message); r({ code: 127 }); }); });
  running.add(p);
  return p;
}

export async function stop(p, signal = 'SIGTERM') {
  if (!p || !running.has(p)) return;
  p.kill(signal);
  if (await Promise.race([p.gone.then(() => true), sleep(15000).then(() => false)])) return;
  p.kill('SIGKILL');
  await p.gone;
}

function leftovers() {
  return fs.readdirSync('/proc').filter((d) => /^\d+$/.test(d) && +d !== process.pid).filter((d) => {
    try { const cwd = fs.readlinkSync(`/proc/${d}/cwd`); return cwd === TMP || cwd.startsWith(`${TMP}/`); } catch { return false; }
  }).map(Number);
}

let cleaned = null;
export const cleanUp = () => (cleaned ||= (async () => {
  await Promise.all([...running].map((p) => stop(p)));
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const pid of leftovers()) try { process.kill(pid, signal); } catch { /* gone */ }
    for (let i = 0; i < 20 && leftovers().length; i++) await sleep(100);
  }
  fs.rmSync(TMP, { recursive: true, force: true });
})());

const tail = (p) => fs.readFileSync(p.log, 'utf8').slice(-1500);

async function up(p, url, seconds) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (!running.has(p)) break;
    const r = await once(url, { timeoutMs: 5000 });
    if (r.status === 200) return;
    await sleep(20);
  }
  throw new Error(`${p.title} did not come up: ${tail(p)}`);
}

export class Quark {
  // name: the folder within the temporary one that holds its database and data
  // more: settings beside those that every run has
  constructor(name, more = {}) { this.name = name; this.more = more; this.dir = path.join(TMP, name); fs.mkdirSync(this.dir, { recursive: true }); }
  async start() {
    this.port ||= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.process = launch(this.name, process.env.BENCH_QUARK, ['serve'], { env: { ...baseEnv(), ...this.env() }, cwd: this.dir });
    await up(this.process, `${this.url}/health`, 60);
    const r = await this.call('POST', '/auth/login', { username: 'admin', password: PASSWORD });
    this.token = r.access_token;
    return this;
  }
  env() {
    return { HOST: '127.0.0.1', PORT: String(this.port), PROXY_PORT: String(this.proxyPort || 0), PASSWORD, WEBHOOK_SECRET: SECRET, DATABASE_URL: `sqlite:///${this.dir}/quark.db`, DATA_DIR: `${this.dir}/data`, ALLOWED_CLONE_URLS: `file://${TMP}/`, ...this.more };
  }
  get pid() { return this.process.pid; }
  async stop(signal) { await stop(this.process, signal); }
  async call(method, route, body) {
    const headers = { ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) };
    const r = await once(this.url + route, { method, headers, body: body && JSON.stringify(body), timeoutMs: 30000 });
    if (!(r.status >= 200 && r.status < 300)) throw new Error(`${method} ${route}: ${r.status || r.error} ${(r.body || '').slice(0, 500)}`);
    return r.body ? JSON.parse(r.body) : null;
  }
  config(fields) { return this.call('POST', '/deploy/configs', { branch: 'main', auto_deploy: false, ...fields }); }
}

// adnanh/webhook with a hook that checks the signature and then finds a second rule unmet: it runs and stores nothing.
// Null where it isn't installed.
export async function startWebhook() {
  if (!installed('webhook')) return null;
  const port = await freePort();
  const p = launch('webhook', 'webhook', ['-hooks', path.join(BENCH, 'peers/hooks.json'), '-ip', '127.0.0.1', '-port', String(port)]);
  const url = `http://127.0.0.1:${port}`;
  await up(p, `${url}/`, 10);
  return { process: p, url: `${url}/hooks/norun` };
}

const listens = (port) => new Promise((r) => { const s = net.connect(port, '127.0.0.1', () => { s.destroy(); r(true); }).on('error', () => r(false)); });

export async function startFanout(cmd) {
  const port = await freePort();
  const p = launch('ws-fanout', process.execPath, [path.join(BENCH, 'peers/ws-fanout.mjs'), '--port', String(port), '--batch', '1', '--cmd', cmd]);
  const end = Date.now() + 10000;
  while (!(await listens(port))) { // not asked by HTTP: each request starts the command
    if (Date.now() > end) throw new Error(`ws-fanout: ${tail(p)}`);
    await sleep(20);
  }
  return { process: p, port };
}

// nginx and Caddy as plain reverse proxies to one upstream, with what their documentation calls for: kept upstream connections.
export async function startProxy(name, upstream) {
  const port = await freePort(), dir = path.join(TMP, name);
  fs.mkdirSync(dir);
  const conf = path.join(dir, 'conf');
  fs.writeFileSync(conf, name === 'caddy'
    ? `{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:${port} {\n reverse_proxy 127.0.0.1:${upstream}\n}\n`
    : `daemon off; pid ${dir}/pid; error_log ${dir}/error.log; worker_processes auto; events { worker_connections 1024; }
       http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((t) => `${t}_temp_path ${dir}/${t};`).join(' ')}
       upstream app { server 127.0.0.1:${upstream}; keepalive 32; }
       server { listen 127.0.0.1:${port}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; } } }`);
  const p = name === 'caddy'
    ? launch(name, 'caddy', ['run', '--config', conf, '--adapter', 'caddyfile'], { env: { ...baseEnv(), XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir } })
    : launch(name, 'nginx', ['-c', conf, '-e', `${dir}/error.log`]);
  await up(p, `http://127.0.0.1:${port}/`, 10);
  return { process: p, port, url: `http://127.0.0.1:${port}/` };
}

export async function startSink() {
  const port = await freePort();
  const p = launch('sink', path.join(BENCH, 'tools/bin/sink'), [String(port)]);
  await up(p, `http://127.0.0.1:${port}/`, 10);
  return { process: p, port, url: `http://127.0.0.1:${port}/` };
}
