// The application that is deployed again and again: answers its version after a little work.
//   PORT, APP_VERSION, APP_DELAY_MS (5), APP_BOOT_MS (300: time before it listens)
//   /slow answers after 20 s; a WebSocket at any path echoes.
// On SIGTERM it ends at once, as most programs do; with APP_GRACEFUL=1 it answers what it has begun first.
import crypto from 'node:crypto';
import http from 'node:http';

const version = process.env.APP_VERSION || '1', delay = +(process.env.APP_DELAY_MS || 5);
let closing = false;
const server = http.createServer((req, res) => setTimeout(() => {
  if (closing) res.setHeader('connection', 'close');
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ version, pid: process.pid }));
}, req.url === '/slow' ? 20000 : delay));
server.on('upgrade', (req, socket) => {
  const accept = crypto.createHash('sha1').update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('error', () => {});
  socket.on('data', (d) => { if ((d[0] & 15) === 8) socket.end(Buffer.from([0x88, 0])); else socket.write(Buffer.from([0x81, 2, 0x6f, 0x6b])); });
});
setTimeout(() => server.listen(+process.env.PORT, '127.0.0.1'), +(process.env.APP_BOOT_MS || 300));
if (process.env.APP_GRACEFUL === '1') process.on('SIGTERM', () => {
  closing = true;
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(0), 5000).unref();
});
