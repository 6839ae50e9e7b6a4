// What clients cost that watch a channel on which nothing happens.
import WebSocket from 'ws';
import { args, assertLoopback, emit, fail, round, sleep, treeRss } from './lib/common.mjs';

const USAGE = `watchers --ws ws://127.0.0.1:PORT/PATH --pid N [options]
  --clients 1000   how many
  --hold-s 10      memory is read after they were connected for this long
  --label TEXT`;
const o = args({ ws: '', pid: 0, clients: 1000, 'hold-s': 10, label: '' }, USAGE);
if (!o.ws || !o.pid) fail('--ws and --pid are needed', USAGE);
assertLoopback(o.ws);
if (o.clients > 5000 || o['hold-s'] > 120) fail('over the safety bounds');

const before = treeRss(o.pid).rssMiB;
let open = 0, lost = 0;
const connect = () => new Promise((resolve, reject) => {
  const w = new WebSocket(o.ws, { perMessageDeflate: false });
  w.on('open', () => { open++; resolve(w); });
  w.on('error', reject);
  w.on('close', () => { lost++; });
});
// In groups: the accept queue isn't what is measured.
for (let i = 0; i < o.clients; i += 50) await Promise.all(Array.from({ length: Math.min(50, o.clients - i) }, connect));
await sleep(o['hold-s'] * 1000);
const after = treeRss(o.pid).rssMiB;
const out = { rig: 'watchers', label: o.label, ws: o.ws, clients: o.clients, open, lost, before_mib: before, after_mib: after, cost_mib: round(after - before, 1) };
emit(out, `${o.label || o.ws}: ${open} watchers, ${lost} lost, RSS ${before} -> ${after} MiB`);
process.exit(0);
