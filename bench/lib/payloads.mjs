// Signed GitHub push deliveries of realistic size (7-10 KB), made from the published example payloads.
import { createRequire } from 'node:module';
import { createHmac, randomUUID, randomBytes } from 'node:crypto';

const require = createRequire(import.meta.url);

function basePush() {
  const all = require('@octokit/webhooks-examples');
  const list = all.default || all;
  const push = list.find((e) => e.name === 'push');
  return push.examples.find((e) => e.commits.length > 0 && e.ref.startsWith('refs/heads/'));
}

const sha = () => randomBytes(20).toString('hex');

export function pushBody({ repo = 'octo-org/octo-repo', ref = 'refs/heads/main', after = sha(), before = sha(), commits = 1, cloneUrl = null } = {}) {
  const p = structuredClone(basePush());
  const [owner, name] = repo.split('/');
  p.ref = ref; p.before = before; p.after = after;
  p.repository.full_name = repo;
  p.repository.name = name;
  if (p.repository.owner) { p.repository.owner.login = owner; p.repository.owner.name = owner; }
  p.repository.default_branch = 'main';
  if (cloneUrl) { p.repository.clone_url = cloneUrl; p.repository.git_url = cloneUrl; }
  const proto = p.commits[0];
  p.commits = [];
  for (let i = 0; i < commits; i++) {
    const c = structuredClone(proto);
    c.id = i === commits - 1 ? after : sha();
    c.tree_id = sha();
    c.message = `Change ${i}: ${randomBytes(24).toString('base64url')}`;
    c.url = `https://github.com/${repo}/commit/${c.id}`;
    c.added = [`src/main/file-${i}.txt`]; c.modified = [`README.md`, `src/app-${i}.js`]; c.removed = [];
    p.commits.push(c);
  }
  p.head_commit = structuredClone(p.commits[p.commits.length - 1]);
  p.compare = `https://github.com/${repo}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return Buffer.from(JSON.stringify(p));
}

export const sign = (secret, body) => 'sha256=' + createHmac('sha256', secret).update(body).digest('hex');

// A pool of distinct bodies with right signatures: about 7 KB with one commit, 10 KB with four.
export function pool(n, { secret, repo, ref, maxCommits = 1, badSignature = false }) {
  const out = [];
  for (let i = 0; i < n; i++) {
    const body = pushBody({ repo, ref, commits: 1 + (i % maxCommits) });
    let s = sign(secret, body);
    if (badSignature) s = 'sha256=' + randomBytes(32).toString('hex');
    out.push({ body, sig: s });
  }
  return out;
}

// Cheap unique ids in uuid form (the real ones are v1-like uuids): one random base per run, a counter in the tail.
export function deliveryIds() {
  const base = randomUUID().slice(0, 24);
  let n = 0;
  return () => base + (n++).toString(16).padStart(12, '0');
}

export function headFor(t, item, extra = '') {
  return `POST ${t.path} HTTP/1.1\r\nHost: ${t.authority}\r\nUser-Agent: GitHub-Hookshot/quark-bench\r\nAccept: */*\r\nContent-Type: application/json\r\n`
    + `X-GitHub-Event: push\r\nX-GitHub-Hook-ID: 292430182\r\nX-GitHub-Hook-Installation-Target-ID: 79929171\r\nX-GitHub-Hook-Installation-Target-Type: repository\r\n`
    + `X-Hub-Signature-256: ${item.sig}\r\nContent-Length: ${item.body.length}\r\n${extra}X-GitHub-Delivery: `;
}
