// Uses an archive through OHIF in a browser, as a person does:
//   node ohif.mjs ROOT CHROMIUM FOLDER FILE NAME
// uploads FILE, unless it is -, lists the patients with NAME, opens each study and shows each series of it. What is seen
// is told in lines of words between tabs. The numbers of the pixels that the viewer holds go into FOLDER, in a file for
// each series, as little endian integers of 32 bits.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "./origin.mjs";

const [archive, executablePath, folder, file, name] = process.argv.slice(2);
const say = (...words) => console.log(words.join("\t"));

const origin = await serve(archive);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(60_000);
await page.addInitScript(() => localStorage.setItem("shownTours", '["basicViewerTour"]'));
page.on("response", (answer) => {
  const { origin: from, pathname } = new URL(answer.url());
  if (from === origin.url && pathname.startsWith(`${origin.root}/`)) {
    say(answer.ok() ? "answered" : "refused", answer.request().method(), pathname, answer.status());
  }
});

const dialog = page.locator("[role=dialog]");
const rows = page.locator("tbody tr", { hasText: name }).filter({ hasNot: page.locator("input") });

/** Goes to the list of the studies of patients with the name, and gives the texts of its cells. */
async function list() {
  await page.goto(`${origin.url}/?patientName=${name}`);
  await rows.first().waitFor();
  return rows.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
}

/**
 * Clicks an element, or clicks it twice. On a busy machine the viewer now and then starts with a page that is deaf to the
 * mouse and stays so; the element is told of the click itself then.
 */
async function click(element, kind = "click") {
  try {
    await element[kind]({ timeout: 20_000 });
  } catch {
    await element.dispatchEvent(kind);
  }
}

async function upload() {
  await page.goto(origin.url);
  await click(page.getByText("Upload", { exact: true }));
  await page.locator("input[type=file]").first().setInputFiles(file);
  await dialog.getByText("Completed!").waitFor();
}

/** Opens a study of the list, and gives its series when the viewer knows all that the archive told. */
async function open(patient) {
  const answer = page.waitForResponse((one) => new URL(one.url()).pathname.endsWith("/series"));
  await click(rows.filter({ hasText: patient }));
  await click(page.getByText("Basic Viewer", { exact: true }));
  const count = (await (await answer).json()).length;
  await page.waitForFunction((count) => {
    return window.services?.displaySetService.getActiveDisplaySets().length === count;
  }, count);
  return page.evaluate(() =>
    services.displaySetService.getActiveDisplaySets().map((one) => ({
      id: one.displaySetInstanceUID,
      uid: one.SeriesInstanceUID,
      description: one.SeriesDescription,
    })),
  );
}

/** Shows a series, and gives the numbers of its pixels and how bright its middle row is on the screen. */
async function show({ id, uid }) {
  await click(page.locator(`[id="thumbnail-${id}"]`), "dblclick");
  await page.waitForFunction((uid) => {
    const viewport = cornerstone.getEnabledElements()[0]?.viewport;
    return viewport?.getCurrentImageId?.()?.includes(uid) && viewport.viewportStatus === "rendered";
  }, uid);
  return page.evaluate(() => {
    const { viewport } = cornerstone.getEnabledElements()[0];
    const image = cornerstone.cache.getImage(viewport.getCurrentImageId());
    const samples = image.getPixelData().length / (image.rows * image.columns);
    const pixels = [...image.getPixelData()].filter((_, at) => samples < 4 || at % samples < 3);

    const { imageData } = viewport.getImageData();
    const canvas = viewport.getCanvas();
    const scale = canvas.width / canvas.clientWidth;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const bright = Array.from({ length: image.columns }, (_, column) => {
      const place = viewport.worldToCanvas(imageData.indexToWorld([column, image.rows / 2, 0]));
      const [x, y] = place.map((at) => Math.floor(at * scale));
      return copy.getImageData(x, y, 1, 1).data[1];
    });
    return { pixels, bright };
  });
}

try {
  if (file !== "-") {
    await upload();
  }
  const studies = await list();
  for (const [patient, ...cells] of studies) {
    say("listed", patient, ...cells);
    await list();
    for (const series of await open(patient)) {
      const { pixels, bright } = await show(series);
      writeFileSync(join(folder, series.description), Int32Array.from(pixels));
      say("shown", series.description, ...bright);
      await page.screenshot({ path: join(folder, `${series.description}.png`) });
    }
  }
} catch (failure) {
  await page.screenshot({ path: join(folder, "failure.png") });
  throw failure;
} finally {
  await browser.close();
  origin.close();
}
