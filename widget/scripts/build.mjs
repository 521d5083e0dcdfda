/**
 * Bundles src/main.ts into one minified script: dist/widget.js, or the file that is named. The same sources give the
 * same bytes. Of socket.io-client there is the manager and the socket (reconnecting, acknowledgements); what carries
 * them, with more transports and binary data, weighs 8 KB gzipped more than src/wire/, which takes its place.
 */

import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(ROOT, ...parts);
const versionOf = async (name) => JSON.parse(await readFile(at("node_modules", name, "package.json"), "utf8")).version;

/** Style sheets as minified text. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "es2020" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/main.ts"],
  outfile: resolve(process.argv[2] ?? at("dist/widget.js")),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
  mangleProps: /^_[a-z]/, // what socket.io-client keeps private
  mangleQuoted: true,
  banner: {
    js: `/*! permit-chat. Contains socket.io-client ${await versionOf("socket.io-client")}, (c) Guillermo Rauch and Socket.IO contributors, MIT License. */`,
  },
  alias: {
    "socket.io-client": at("node_modules/socket.io-client/build/esm/manager.js"),
    "engine.io-client": at("src/wire/engine.ts"),
    "socket.io-parser": at("src/wire/packets.ts"),
  },
  plugins: [styles],
  logLevel: "warning",
  metafile: true,
}).then(({ metafile }) => {
  if (!process.argv.includes("--sizes")) return;
  for (const [path, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0].inputs)) console.log(bytesInOutput, path);
});
