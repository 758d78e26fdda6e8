/**
 * Draws Vega-Lite with Vega.
 * Expressions are interpreted, never compiled, and nothing is ever loaded.
 */
import { transforms } from "vega-dataflow";
import * as encode from "vega-encode";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { parse } from "vega-parser";
import * as data from "vega-transforms";
import { extend } from "vega-util";
import { View } from "vega-view";
import * as views from "vega-view-transforms";
import type { Axis, Drawing, Look, Spec } from "../../src/lib/drawing";

extend(transforms, data, views, encode); // all that these charts use; no maps, no forces

/** Keeps what goes wrong, which is thrown and said in the chart's place, and says nothing itself. */
function listener() {
  const faults: string[] = [];
  const quiet = () => log;
  const error = (...words: unknown[]) => {
    faults.push(words.map(String).join(" "));
    return log;
  };
  const refuse = () => {
    error("charts load nothing");
    return Promise.reject(new Error("charts load nothing"));
  };
  /** Vega asks this for every address, pictures and links included. */
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const log = { level: () => 0, error, warn: quiet, info: quiet, debug: quiet };
  const check = () => {
    if (faults.length > 0) throw new Error(faults[0]);
  };
  return { log, loader, check };
}

function config({ color, muted, line, font }: Look) {
  const words = { labelColor: color, titleColor: color, labelFont: font, titleFont: font };
  return {
    background: null,
    font,
    view: { stroke: null },
    title: { color, font, anchor: "start", fontSize: 13, fontWeight: 600 },
    style: { "guide-label": { fill: color, font }, "guide-title": { fill: color, font } },
    axis: {
      ...words,
      titleColor: muted,
      titleFontWeight: "normal",
      titleFontSize: 12,
      labelFontSize: 11,
      domainColor: muted,
      tickColor: muted,
      gridColor: line,
    },
    // flush ones at the ends run into those beside them; numbers side by side read as one
    axisX: { labelFlush: false, labelSeparation: 8 },
    legend: words,
  };
}

/** The colours that a specification names are those of the page. */
function themed(spec: Spec, look: Look, changes: Spec): Spec {
  const params = (spec.params as { name: string; value: unknown }[] | undefined)?.map((one) => {
    const color = look.named[one.name];
    return color !== undefined ? { ...one, value: color } : one;
  });
  return { ...spec, ...(params && { params }), ...changes, config: config(look) };
}

/** Every channel of a chart and of its layers as a rule has it; without those it gives nothing. */
function encoded(spec: Spec, rule: (channel: string, one: unknown) => unknown): Spec {
  const encoding = Object.entries((spec.encoding ?? {}) as { [channel: string]: unknown })
    .map(([channel, one]) => [channel, rule(channel, one)])
    .filter(([, one]) => one !== undefined);
  const layer = (spec.layer as Spec[] | undefined)?.map((one) => encoded(one, rule));
  return {
    ...spec,
    ...(spec.encoding !== undefined && { encoding: Object.fromEntries(encoding) }),
    ...(layer && { layer }),
  };
}

/**
 * What a picture needs whose marks are pointed at, and read out, through the page's own: what Vega
 * would say of each is an expression, and interpreting them all took as long as drawing.
 */
function bare(spec: Spec, legend: boolean): Spec {
  const kept = encoded(spec, (channel, one) => {
    if (channel === "tooltip" || channel === "description") return undefined;
    const has = one && typeof one === "object" && "legend" in one;
    return has && !legend ? { ...one, legend: null } : one;
  });
  const config = { ...(spec.config as Spec), aria: false };
  return { ...kept, config: legend ? config : { ...config, legend: { disable: true } } };
}

/** What goes into a chart of some form: its values, and those of its parameters. */
type Filling = { values: object[]; params: { name: string; value: unknown }[] };

const GIVEN = "given";
const MAX_FORMS = 32;
/** Forms as they were compiled, the last used last: compiling takes as long as drawing does. */
const forms = new Map<string, object>();

/** A chart as it is compiled: of any values, where it has some as they are. */
function formOf(spec: Spec): { form: Spec; filling: Filling | null } {
  const { values } = (spec.data ?? {}) as { values?: unknown };
  if (!Array.isArray(values)) return { form: spec, filling: null };
  const params = (spec.params ?? []) as Filling["params"];
  return { form: { ...spec, data: { name: GIVEN } }, filling: { values, params } };
}

function compiled(spec: Spec, log: unknown, check: () => void): object {
  const runtime = parse(compile(spec as never, { logger: log as never }).spec, undefined, {
    ast: true,
  });
  check();
  return runtime;
}

function viewOf(spec: Spec, renderer: "canvas" | "none") {
  const { log, loader, check } = listener();
  const { form, filling } = formOf(spec);
  const key = JSON.stringify({ ...form, params: filling?.params.map(({ name }) => name) });
  const runtime = forms.get(key) ?? compiled(form, log, check);
  const view = new View(runtime, {
    expr: expressionInterpreter,
    loader,
    logger: log as never,
    renderer: renderer as "canvas",
    tooltip: () => undefined, // the marks that people point at are the page's own, and say more
  } as never);
  if (filling) {
    const copies = filling.values.map((one) => ({ ...one })); // Vega writes into them
    view.data(GIVEN, copies);
    for (const { name, value } of filling.params) view.signal(name, value);
    forms.delete(key);
    forms.set(key, runtime);
    if (forms.size > MAX_FORMS) forms.delete(forms.keys().next().value as string);
  }
  return { view, check };
}

type Scale = {
  (value: unknown): number;
  bandwidth?: () => number;
  domain: () => unknown[];
  range: () => number[];
};

function axis(view: View, name: string): Axis {
  const scale = view.scale(name) as Scale;
  const band = scale.bandwidth?.() ?? 0;
  return { at: (value) => scale(value), band };
}

/** Pixels around a picture: at its end half of a number under the axis has room. */
const PADDING = { left: 5, top: 5, right: 20, bottom: 5 };

/** Draws in a place that belongs to the picture alone. */
export async function draw(
  el: HTMLElement,
  spec: Spec,
  look: Look,
  changes: Spec,
  legend: boolean,
): Promise<Drawing> {
  const whole = themed(spec, look, { padding: PADDING, ...changes, title: undefined });
  const { view, check } = viewOf(bare(whole, legend), "canvas");
  try {
    view.initialize(el);
    await view.runAsync();
    check();
  } catch (error) {
    view.finalize();
    throw error;
  }
  const [left, top] = view.origin();
  const pad = view.padding() as { left: number; top: number };
  return {
    left: left + pad.left,
    top: top + pad.top,
    width: view.signal("width") as number,
    height: view.signal("height") as number,
    bottom: Number.parseFloat(el.querySelector("canvas")?.style.height ?? "0"),
    x: axis(view, "x"),
    y: axis(view, "y"),
    finalize: () => void view.finalize(),
  };
}

/** Returns the chart as a file. */
export async function pictured(
  spec: Spec,
  look: Look,
  changes: Spec,
  form: "png" | "svg",
): Promise<Blob> {
  const whole = themed(spec, look, { ...changes, background: look.background, padding: 12 });
  const { view, check } = viewOf(
    { ...whole, config: { ...(whole.config as Spec), background: look.background } },
    "none",
  );
  try {
    await view.runAsync();
    check();
    if (form === "svg") return new Blob([await view.toSVG()], { type: "image/svg+xml" });
    const canvas = (await view.toCanvas(2)) as unknown as HTMLCanvasElement;
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("no picture"))),
        "image/png",
      );
    });
  } finally {
    view.finalize();
  }
}
