/* Builds the vendored CodeMirror from the packages that package-lock.json pins, and lists their licences beside it. */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const vendor = path.join(here, "../platform/factually/website/static/vendor");
const styles = path.join(here, "adopted_styles.js");

/** CodeMirror's own import of style-mod gets ours; ours gets the real one. */
const adoptedStyles = {
  name: "adopted-styles",
  setup(building) {
    building.onResolve({ filter: /^style-mod$/ }, ({ importer }) => (importer === styles ? undefined : { path: styles }));
  },
};

/** Name, version and licence of each package of which something is in the bundle, by name. */
async function packagesIn(metafile) {
  const folders = Object.keys(metafile.inputs).map((input) => input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  const names = [...new Set(folders)].filter(Boolean).sort();
  return Promise.all(names.map(async (name) => {
    const folder = path.join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    return { name, version, license, text: (await readFile(path.join(folder, "LICENSE"), "utf8")).trim() };
  }));
}

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["codemirror.js"],
  outfile: path.join(vendor, "codemirror.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  banner: { js: "/* Built by `make editor`; packages and licences: codemirror.LICENSES.txt */" },
  metafile: true,
  plugins: [adoptedStyles],
});
const packages = await packagesIn(metafile);
const list = packages.map(({ name, version, license }) => `${name} ${version} (${license})`);
const texts = packages.map(({ name, text }) => `${name}\n\n${text}`);
await writeFile(path.join(vendor, "codemirror.LICENSES.txt"), `${[list.join("\n"), ...texts].join("\n\n---\n\n")}\n`);
