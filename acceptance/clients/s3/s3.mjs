// A store that speaks as Amazon S3 does, in memory of a folder: node s3.mjs FOLDER BUCKET. It prints its address, and ends with
// its standard input. Requests are signed with the key S3RVER and the secret S3RVER.
import S3rver from 's3rver';

const [folder, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, directory: folder, silent: true, configureBuckets: [{ name: bucket }] });
const { address, port } = await server.run();
console.log(`http://${address}:${port}`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
