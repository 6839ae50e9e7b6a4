// What every section needs: settings, rigs as processes, the table, and what it was measured on.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { median, round } from './common.mjs';
import { BENCH, cleanUp, launch, stop, TMP } from './servers.mjs';

export const number = (name, def, min, max) => {
  const v = Number(process.env[name] || def);
  if (!(v >= min && v <= max)) { console.error(`bench: ${name} must be ${min} to ${max}`); process.exit(2); }
  return v;
};
export const QUICK = process.env.BENCH_QUICK === '1';
export const RUNS = number('BENCH_RUNS', QUICK ? 2 : 5, 1, 20);
export const QUIET = number('BENCH_QUIET_WAIT', QUICK ? 0 : 15, 0, 120);
export const scaled = (n) => (QUICK ? n / 10 : n);
export const say = (text) => console.error(`bench: ${text}`);
// ---- the end, whatever brings it about ---------------------------------------------------------------------------
let ending = false;
export const isEnding = () => ending;
export async function end(code, why) {
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
export const keep = (o) => fs.appendFileSync(resultsFile, `${JSON.stringify(o)}\n`);
let rigs = 0;

export async function rig(label, file, options, { env = {}, cwd } = {}) {
  const args = Object.entries({ label, ...options }).flatMap(([k, v]) => (v === true ? [`--${k}`] : [].concat(v).flatMap((x) => [`--${k}`, String(x)])));
  const p = launch(`rig-${rigs++}`, process.execPath, [path.join(BENCH, file), ...args], { env: { ...process.env, TMPDIR: TMP, ...env }, cwd, stdout: 'pipe' });
  let out = '';
  p.stdout.setEncoding('utf8').on('data', (d) => { out += d; });
  const closed = new Promise((r) => p.stdout.on('close', r));
  const guard = setTimeout(() => stop(p), 600000);
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
export const rows = [], notes = [];
export const num = (x) => (x === null || x === undefined || Number.isNaN(x) ? '?' : x >= 100 ? Math.round(x).toLocaleString('en-US') : String(round(x, x >= 10 ? 1 : 2)));
export const range = (s, unit) => `${num(s.median)} (${num(s.min)}–${num(s.max)})${unit ? ` ${unit}` : ''}`;
export const row = (measure, quark, { peer = '', ratio = '', target = '', met = null } = {}) => rows.push([measure, quark, peer, ratio, target, met === null ? '' : met ? 'yes' : '**no**']);
export const count = (n) => n.toLocaleString('en-US');
// ---- what it ran on ----------------------------------------------------------------------------------------------
let jdk = 'unknown';
export function describeJdk(pid) {
  try {
    const java = fs.readlinkSync(`/proc/${pid}/exe`);
    const release = fs.readFileSync(path.join(path.dirname(java), '..', 'release'), 'utf8');
    jdk = ['IMPLEMENTOR', 'JAVA_RUNTIME_VERSION'].map((k) => new RegExp(`^${k}="?([^"\\n]*)`, 'm').exec(release)?.[1]).filter(Boolean).join(' ') || 'unknown';
  } catch { /* not a JDK: stays unknown */ }
}
export const run = (cmd, ...args) => { try { return execFileSync(cmd, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(); } catch { return ''; } };
export function makeFixture(name, files) {
  const dir = path.join(TMP, name);
  fs.mkdirSync(dir);
  execFileSync('sh', [path.join(BENCH, 'tools/fixture.sh'), 'make', dir, String(files)], { stdio: ['ignore', 'ignore', 'inherit'] });
  return dir;
}
// The clone URL of a repository with one commit of what `fill` puts into the folder that it is given.
export function bareRepository(name, fill) {
  const dir = path.join(TMP, name), work = path.join(dir, 'work');
  fs.mkdirSync(work, { recursive: true });
  fill(work);
  const git = (...a) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', ...a], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  git('init', '-q', '-b', 'main'); git('add', '-A'); git('commit', '-qm', 'bench'); git('clone', '-q', '--bare', work, path.join(dir, 'repo.git'));
  return `file://${dir}/repo.git`;
}
// What a durable write costs here: 8 KiB appended and fdatasync, 200 times.
function syncCost() {
  const fd = fs.openSync(path.join(TMP, 'sync'), 'w'), block = Buffer.alloc(8192, 7), ms = [];
  for (let i = 0; i < 200; i++) { const t = process.hrtime.bigint(); fs.writeSync(fd, block); fs.fdatasyncSync(fd); ms.push(Number(process.hrtime.bigint() - t) / 1e6); }
  fs.closeSync(fd);
  return median(ms);
}
export function machine() {
  const osName = /^PRETTY_NAME="?([^"\n]*)/m.exec(fs.readFileSync('/etc/os-release', 'utf8'))?.[1] || os.type();
  const fsType = run('stat', '-f', '-c', '%T', TMP);
  const commit = run('git', '-C', BENCH, 'rev-parse', '--short=12', 'HEAD') || 'unknown', dirty = run('git', '-C', BENCH, 'status', '--porcelain', '--untracked-files=no') ? ', with local changes' : '';
  if (fsType === 'tmpfs') notes.push('**The database was on tmpfs, where a durable write costs nothing: set TMPDIR to a folder on a disk before publishing these.**');
  return { commit: commit + dirty, text: `${os.cpus()[0].model}, ${os.cpus().length} cores, ${num(os.totalmem() / 1e9)} GB RAM; ${osName}, Linux ${os.release()}; database on ${fsType}, 8 KiB + fdatasync ${num(syncCost())} ms; JDK ${jdk}; Node.js ${process.versions.node}; webhook ${/[\d.]+\d/.exec(run('webhook', '-version'))?.[0] ?? 'not installed'}; load and servers on the same machine` };
}
