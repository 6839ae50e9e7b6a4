// Runs the sections and prints a Markdown table. Started by run.sh.
import { sleep } from './lib/common.mjs';
import { end, isEnding, machine, notes, QUICK, row, rows, RUNS, say } from './lib/bench.mjs';
import { ingest } from './sections/ingest.mjs';
import { latency } from './sections/latency.mjs';
import { live } from './sections/live.mjs';
import { proxy } from './sections/proxy.mjs';
import { scale } from './sections/scale.mjs';
import { startup } from './sections/startup.mjs';
import { stream } from './sections/stream.mjs';
import { switches } from './sections/switch.mjs';

const SECTIONS = { ingest, stream, live, latency, startup, switch: switches, proxy, scale };
const wanted = process.argv[2] === 'all' || !process.argv[2] ? Object.keys(SECTIONS) : [process.argv[2]];
let failed = false;
try {
  for (const name of wanted) {
    say(`--- ${name}`);
    try { await SECTIONS[name](); } catch (e) {
      if (isEnding()) break;
      failed = true;
      say(`${name} could not be measured: ${e.message}`);
      row(name, 'could not be measured', { met: false });
    }
  }
  if (!isEnding()) {
    const m = machine();
    const cells = (r) => `| ${r.map((c) => String(c).replaceAll('|', '\\|')).join(' | ')} |`;
    console.log([
      `${new Date().toISOString().slice(0, 10)}, commit ${m.commit}. Medians of ${RUNS} runs where nothing else is said, minimum and maximum in brackets.`, '',
      m.text + '.', '', ...(QUICK ? ['**A quick run: it shows that everything works, its numbers mean nothing.**', ''] : []),
      cells(['measure', 'QUARK', 'beside it', 'ratio', 'target', 'met']), '|---|---|---|---|---|---|', ...rows.map(cells), '', ...notes.flatMap((n) => [n, '']),
    ].join('\n').trimEnd());
    await end(failed ? 1 : 0);
  }
} catch (e) { await end(1, e.stack); }
while (isEnding()) await sleep(1000);
