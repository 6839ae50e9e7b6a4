// A long history: each kind of read with 100,000 deployments and 10,000,000 lines, in turn with a hundredth of that.
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { count, keep, num, QUICK, row, say } from '../lib/bench.mjs';
import { BENCH, launch, TMP } from '../lib/servers.mjs';

export async function scale() {
  const dist = path.join(BENCH, '../quark-app/target/dist'), classes = path.join(TMP, 'scale'), java = process.env.BENCH_JAVA;
  const classPath = [classes, path.join(dist, 'quark.jar'), path.join(dist, 'lib/*')].join(':');
  execFileSync(path.join(path.dirname(java), 'javac'), ['-proc:none', '-d', classes, '-cp', classPath, path.join(BENCH, 'tools/Scale.java')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const tool = async (...args) => {
    const p = launch('scale', java, ['-XX:+UseSerialGC', '-Xmx1g', '--enable-native-access=ALL-UNNAMED', '-cp', classPath, 'Scale', ...args.map(String)], { stdout: 'pipe' });
    let out = '';
    p.stdout.setEncoding('utf8').on('data', (d) => { out += d; });
    const closed = new Promise((r) => p.stdout.on('close', r)), { code } = await p.gone;
    await closed;
    if (code !== 0) throw new Error(`Scale ${args[0]} failed: ${fs.readFileSync(p.log, 'utf8').slice(-800)}`);
    return out;
  };
  const lines = 100, sizes = QUICK ? [100, 10000] : [1000, 100000], folder = process.env.BENCH_SCALE_DIR || TMP, files = sizes.map((n) => path.join(folder, `scale-${n}.db`));
  for (const [i, n] of sizes.entries()) {
    if (fs.existsSync(`${files[i]}.full`)) continue;
    const begin = Date.now();
    for (const end of ['', '-wal', '-shm']) fs.rmSync(files[i] + end, { force: true });
    await tool('fill', files[i], n, lines);
    fs.writeFileSync(`${files[i]}.full`, '');
    say(`${count(n)} deployments and ${count(n * lines)} lines, stored and indexed, took ${num((Date.now() - begin) / 1000)} s and ${num(fs.statSync(files[i]).size / 1e6)} MB`);
  }
  const reads = (await tool('read', ...files)).trim().split('\n').map((l) => JSON.parse(l));
  reads.forEach((r) => keep({ rig: 'scale', sizes, lines, ...r }));
  for (const [i, r] of reads.entries()) {
    const ratio = r.large_ms / r.small_ms;
    row(`${i ? '– ' : `With ${count(sizes[1])} deployments and ${count(sizes[1] * lines)} lines: `}${r.read}`, `${num(r.large_ms)} ms`, { peer: `a hundredth of it: ${num(r.small_ms)} ms`, ratio: num(ratio), target: '< 3 ×', met: ratio < 3 });
  }
}
