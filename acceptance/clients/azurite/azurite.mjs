// The emulator of Azure Blob Storage, with a container that everybody may read: node azurite.mjs FOLDER CONTAINER. It prints the
// address of the account, and ends with its standard input. The account and its key are those of every Azurite.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const [folder, container] = process.argv.slice(2);
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const main = fileURLToPath(new URL('node_modules/azurite/dist/src/blob/main.js', import.meta.url));
const azurite = spawn(process.execPath, [main, '--blobPort', '0', '--location', folder, '--silent', '--disableTelemetry']);
let said = '';
const address = await new Promise((found, lost) => {
  azurite.stdout.on('data', (data) => {
    said += data;
    const listening = /listens on (http:\/\/[0-9.:]+)/.exec(said);
    if (listening) found(listening[1]);
  });
  azurite.on('exit', () => lost(new Error(said)));
});

const headers = { 'x-ms-blob-public-access': 'container', 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2021-08-06' };
const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`).join('');
const text = `PUT\n\n\n\n\n\n\n\n\n\n\n\n${lines}/${account}/${account}/${container}\nrestype:container`;
const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
const made = await fetch(`${address}/${account}/${container}?restype=container`, {
  method: 'PUT',
  headers: { ...headers, Authorization: `SharedKey ${account}:${signature}` },
});
if (made.status !== 201) throw new Error(`the container is not made: ${made.status} ${await made.text()}`);
console.log(`${address}/${account}`);
process.stdin.resume();
process.stdin.on('end', () => {
  azurite.kill();
  process.exit(0);
});
