// Output lines to WebSocket clients, one and ten of them, in turn with a program that stores nothing.
import path from 'node:path';
import { spread } from '../lib/common.mjs';
import { count, describeJdk, makeFixture, num, QUIET, range, rig, row, RUNS, scaled } from '../lib/bench.mjs';
import { BENCH, Quark, startFanout, stop, TMP } from '../lib/servers.mjs';

export async function stream() {
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
