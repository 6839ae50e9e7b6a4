// A little app: says its version and its process, in the way that the file `mode` says.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';

const read = (name) => (fs.existsSync(name) ? fs.readFileSync(name, 'utf8').trim() : '');
const version = read('version'), mode = read('mode');
if (mode === 'exits') {
  console.log('no database');
  process.exit(3);
}
if (mode === 'deaf') process.on('SIGTERM', () => console.log('I stay'));
const server = http.createServer((request, response) => {
  if (request.url === '/crash') process.exit(7);
  const answer = () => {
    const bad = mode === 'unhealthy' || (mode === 'breaks' && request.url !== '/health' && fs.existsSync(process.env.RELEASE_HELD));
    response.writeHead(bad ? 500 : 200, { 'content-type': 'text/plain' });
    response.end(`${version} ${process.pid}`);
  };
  if (request.url !== '/held') return void setTimeout(answer, 2);
  console.log('holding');
  const held = setInterval(() => {
    if (!fs.existsSync(process.env.RELEASE_HELD)) return;
    clearInterval(held);
    answer();
  }, 20);
});
server.on('upgrade', (request, socket) => {
  const key = crypto.createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
  socket.on('error', () => {});
});
const port = +process.env.PORT;
server.listen(mode === 'elsewhere' ? port + 10000 : port, '127.0.0.1', () => console.log(`${version} listens`));
