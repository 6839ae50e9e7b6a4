// The floor for live output: one command per POST /run, its output lines sent to every connected WebSocket client.
// No storage, no signature, no replay, no numbering. --batch 1: one message per line; --batch 0: one message per read from the pipe.
import http from 'node:http';
import { spawn } from 'node:child_process';
import { WebSocketServer, WebSocket } from 'ws';
const a = process.argv.slice(2), opt = (k, d) => { const i = a.indexOf(k); return i < 0 ? d : a[i + 1]; };
const batch = opt('--batch', '1') === '1', cmd = opt('--cmd', 'true'), port = +opt('--port', 9400);
const srv = http.createServer((req, res) => {
  const env = { ...process.env };
  for (const k of ['tag', 'gate', 'count', 'rate', 'len']) if (req.headers[`ql-${k}`]) env[`QL_${k.toUpperCase()}`] = req.headers[`ql-${k}`];
  const p = spawn('/bin/sh', ['-c', cmd], { stdio: ['ignore', 'pipe', 'inherit'], env });
  let rest = '';
  p.stdout.setEncoding('latin1');
  p.stdout.on('data', (d) => {
    const s = rest + d, e = s.lastIndexOf('\n');
    if (e < 0) { rest = s; return; }
    rest = s.slice(e + 1);
    const send = (m) => { for (const c of wss.clients) if (c.readyState === WebSocket.OPEN) c.send(m); };
    if (batch) for (const l of s.slice(0, e).split('\n')) send(l); else send(s.slice(0, e));
    const slow = [...wss.clients].some((c) => c.bufferedAmount > 8 << 20);
    if (slow) { p.stdout.pause(); const again = () => ([...wss.clients].some((c) => c.bufferedAmount > 1 << 20) ? setTimeout(again, 2) : p.stdout.resume()); again(); }
  });
  res.end('started\n');
});
const wss = new WebSocketServer({ server: srv, perMessageDeflate: false });
srv.listen(port, '127.0.0.1');
