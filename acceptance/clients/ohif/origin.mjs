// One origin for OHIF and an archive, as a reverse proxy makes it: the archive's paths are passed on as they are,
// everything else is a file of the viewer, or a route within it. To look at an archive with it:
//   npm ci && node origin.mjs http://127.0.0.1:8080/dicom-web

import { createReadStream, existsSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const VIEWER = fileURLToPath(new URL("node_modules/@ohif/app/dist", import.meta.url));

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const configuration = (root) => ({
  routerBasename: null,
  extensions: [],
  modes: [],
  showStudyList: true,
  investigationalUseDialog: { option: "never" },
  defaultDataSourceName: "archive",
  dataSources: [
    {
      namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
      sourceName: "archive",
      configuration: {
        friendlyName: "Isocenter",
        qidoRoot: root,
        wadoRoot: root,
        qidoSupportsIncludeField: true,
        supportsFuzzyMatching: true,
        supportsWildcard: true,
        imageRendering: "wadors",
        thumbnailRendering: "wadors",
        enableStudyLazyLoad: true,
        dicomUploadEnabled: true,
        bulkDataURI: { enabled: true },
      },
    },
  ],
});

/** Serves the viewer and an archive at one address, on loopback and a free port. */
export async function serve(archive) {
  const { hostname, port, pathname: root } = new URL(archive);

  function passOn(asked, answer) {
    const { method, url: path, headers } = asked;
    const onward = request({ hostname, port, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode, answered.rawHeaders);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }

  function send(path, answer) {
    const file = join(VIEWER, extname(path) ? normalize(path) : "index.html");
    if (path === "/app-config.js") {
      answer.writeHead(200, { "Content-Type": TYPES[".js"] });
      answer.end(`window.config = ${JSON.stringify(configuration(root))};`);
    } else if (existsSync(file)) {
      answer.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
      createReadStream(file).pipe(answer);
    } else {
      answer.writeHead(404).end();
    }
  }

  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url, "http://localhost");
    if (pathname.startsWith(`${root}/`)) {
      passOn(asked, answer);
    } else {
      send(pathname, answer);
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${server.address().port}`, root, close: () => server.close() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await serve(process.argv[2])).url);
}
