// Bundles src/widget.tsx into rubrix_widget/static/widget.js, styles included, and src/report/ into
// the script and the style sheet of reports; with `--charts` charts/src/ into charts.js
// instead, whose packages are charts/'s own. The licences of what went in are put beside each.
// `--watch` rebuilds on every change, not minified.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { minify } from "rolldown/utils";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "rubrix_widget", "static");
const watch = process.argv.includes("--watch");
const charts = process.argv.includes("--charts");
const bundle = charts ? "charts" : "widget";

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
      const folders = new Map();
      for (const input of Object.keys(metafile.inputs)) {
        const [folder, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(input) ?? [];
        if (name) folders.set(name, folder);
      }
      const notices = [];
      for (const [name, folder] of [...folders].sort()) {
        const own = join(here, folder);
        const { version, license } = JSON.parse(await readFile(join(own, "package.json"), "utf8"));
        const file = (await readdir(own)).find((one) => /^licen[cs]e/i.test(one));
        if (!file) throw new Error(`${name} has no licence file`);
        const text = await readFile(join(own, file), "utf8");
        notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
      }
      const rule = `\n${"-".repeat(72)}\n\n`;
      await writeFile(
        join(outdir, LICENCES[bundle]),
        `${bundle}.js contains these packages.\n${rule}${notices.join(rule)}`,
      );
    });
  },
};
const LICENCES = {
  widget: "THIRD_PARTY_LICENSES.txt",
  charts: "THIRD_PARTY_LICENSES_CHARTS.txt",
};

/** Names what is in the widget anew, by a rule that packs into 3 % less than esbuild's. */
const tighter = {
  name: "tighter",
  setup(build) {
    build.onEnd(async ({ outputFiles }) => {
      for (const { path, text } of outputFiles ?? []) {
        const { code, errors } = await minify(path, text, { module: true });
        if (errors.length > 0) throw errors[0];
        await writeFile(path, code);
      }
    });
  },
};

/** Takes what is of no use out of the charts' packages, and what compiles text above all. */
const trimmed = {
  name: "trimmed",
  setup(build) {
    // vega-lite takes four small functions from vega, which would bring maps and forces along
    build.onResolve({ filter: /^vega$/ }, ({ resolveDir, kind }) =>
      build.resolve("vega-util", { resolveDir, kind }),
    );
    const refused = "(() => { throw new Error('charts compile no text'); })";
    const places = [
      [/vega-runtime\/build\/vega-runtime\.js$/, /\bFunction\(/g, `${refused}(`],
      [/d3-dsv\/dist\/d3-dsv\.mjs$/, /\bnew Function\(/g, `${refused}(`],
    ];
    for (const [filter, compiling, instead] of places) {
      build.onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!compiling.test(source)) throw new Error(`${path} has changed: look at it again`);
        return { contents: source.replace(compiling, instead) };
      });
    }
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: charts ? { charts: "charts/src/runtime.ts" } : { widget: "src/widget.tsx" },
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
  plugins: [cssAsText, licences, trimmed],
};
const widget = { ...options, write: watch, plugins: [...options.plugins, tighter] };

const report = {
  ...options,
  entryPoints: [
    { in: "src/report/report.ts", out: "report" },
    { in: "src/report/report.css", out: "report" },
  ],
  format: "iife",
  sourcemap: false, // the page's policy knows the script by its hash
  plugins: [],
};

await mkdir(outdir, { recursive: true });
for (const one of charts ? [options] : [widget, report]) {
  if (watch) await (await esbuild.context(one)).watch();
  else await esbuild.build(one);
}
