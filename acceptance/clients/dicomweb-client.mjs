// Drives the archive with the dicomweb-client of JavaScript:
//   node dicomweb-client.mjs ROOT STUDY SERIES INSTANCE FILE-OF-THAT-INSTANCE FILE-TO-STORE [read-only]
// A root that is read only has to refuse the file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
globalThis.XMLHttpRequest = require("xhr2");
const { api } = require("dicomweb-client");

const [url, studyInstanceUID, seriesInstanceUID, sopInstanceUID, known, fresh, readOnly] = process.argv.slice(2);
const client = new api.DICOMwebClient({ url });

const studies = await client.searchForStudies({ queryParams: { StudyInstanceUID: studyInstanceUID } });
assert.equal(studies.length, 1);
assert.equal(studies[0]["0020000D"].Value[0], studyInstanceUID);

const series = await client.searchForSeries({ studyInstanceUID });
assert.equal(series.length, 1);

const metadata = await client.retrieveSeriesMetadata({ studyInstanceUID, seriesInstanceUID });
assert.equal(metadata.length, 1);
assert.equal(metadata[0]["00080018"].Value[0], sopInstanceUID);

const instance = await client.retrieveInstance({ studyInstanceUID, seriesInstanceUID, sopInstanceUID });
assert.deepEqual(Buffer.from(instance), readFileSync(known));

const frames = await client.retrieveInstanceFrames({
  studyInstanceUID,
  seriesInstanceUID,
  sopInstanceUID,
  frameNumbers: [1, 2],
});
assert.equal(frames.length, 2);
assert.equal(frames[0].byteLength, 8 * 8 * 2);

const file = readFileSync(fresh);
const store = () =>
  client.storeInstances({ datasets: [file.buffer.slice(file.byteOffset, file.byteOffset + file.length)] });
if (readOnly) {
  await assert.rejects(store, (error) => error.status === 405);
} else {
  await store();
}

console.log("all well");
