// Bundles src/widget.tsx into rubrix_widget/static/widget.js, styles included, and the
// licences of what went in beside it. `--watch` rebuilds on every change, not minified.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "rubrix_widget", "static");
const watch = process.argv.includes("--watch");

/** Stylesheets become strings: they are placed in the widget's own shadow root. */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: !watch });
      return { contents: code, loader: "text" };
    });
  },
};

/** One notice per bundled package, its licence text whole. */
const licences = {
  name: "licences",
  setup(build) {
    build.onEnd(async ({ metafile }) => {
      if (!metafile) return;
      const names = new Set();
      for (const input of Object.keys(metafile.inputs)) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
        if (name) names.add(name);
      }
      const notices = [];
      for (const name of [...names].sort()) {
        const folder = join(here, "node_modules", name);
        const { version, license } = JSON.parse(
          await readFile(join(folder, "package.json"), "utf8"),
        );
        const text = await readFile(join(folder, "LICENSE"), "utf8");
        notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
      }
      const rule = `\n${"-".repeat(72)}\n\n`;
      await writeFile(
        join(outdir, "THIRD_PARTY_LICENSES.txt"),
        `widget.js contains these packages.\n${rule}${notices.join(rule)}`,
      );
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: { widget: "src/widget.tsx" },
  outdir,
  bundle: true,
  format: "esm",
  platform: "browser",
  target: ["es2022"],
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "none",
  metafile: true,
  logLevel: "info",
  plugins: [cssAsText, licences],
};

if (watch) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
