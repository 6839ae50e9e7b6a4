// From the push to the deploy command's first line, in turn with the raw floor.
import { describeJdk, makeFixture, num, QUICK, QUIET, range, rig, row } from '../lib/bench.mjs';
import { Quark, SECRET } from '../lib/servers.mjs';

export async function latency() {
  const repo = 'bench/deploy', n = QUICK ? 5 : 20;
  const fixture = makeFixture('latency-fixture', 100);
  const quark = await new Quark('latency').start();
  describeJdk(quark.pid);
  await quark.config({ repo_full_name: repo, clone_url: `file://${fixture}/repo.git`, auto_deploy: true, deploy_command: './deploy.sh' });
  const r = await rig('quark', 'deploy-latency.mjs', {
    url: `${quark.url}/api/webhook`, secret: SECRET, repo, fixture, n, warmup: 3, floor: true, pid: quark.pid, 'status-url': `${quark.url}/deployments/{id}`, 'status-regex': '"status"\\s*:\\s*"completed"', 'fail-regex': '"status"\\s*:\\s*"(failed|cancelled)"',
    header: `Authorization: Bearer ${quark.token}`, 'quiet-wait': Math.min(QUIET, 5), 'max-other': 1, 'max-s': 30,
  });
  await quark.stop();
  const broken = r.not_started + r.not_completed + r.run_twice;
  const ratio = r.start_ms ? r.start_ms.median / r.floor_ms.median : NaN;
  row(`Push sent to the deploy command's first line, mirror warm, n = ${n}`, r.start_ms ? range(r.start_ms, 'ms') : 'never', { peer: `floor: ${range(r.floor_ms, 'ms')}`, ratio: num(ratio), target: '≤ 2 ×', met: ratio <= 2 });
  row('– push sent to its answer', range(r.ack_ms, 'ms'));
  row('– push sent to status completed', r.completed_ms ? range(r.completed_ms, 'ms') : 'never');
  row('– not started, not completed, run twice', `${r.not_started}, ${r.not_completed}, ${r.run_twice}`, { target: '0, 0, 0', met: broken === 0 });
}
