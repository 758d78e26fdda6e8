/** What the page and the bundle that draws charts know of each other. */
import type { AnalyseParams, AnalyseResult } from "../protocol/analysis";

export type Spec = { [part: string]: unknown };

/** The page's colours and font, as they are now; `named` are those that a chart asks for by name. */
export type Look = {
  color: string;
  muted: string;
  line: string;
  background: string;
  font: string;
  named: { [name: string]: string | number };
};

/** Where a value stands, in pixels of the plot, and how wide a band is; 0 where there are none. */
export type Axis = { at: (value: unknown) => number; band: number };

/** A chart that was drawn: where its plot stands in the picture, and where values stand in it. */
export type Drawing = {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Where the picture ends. */
  bottom: number;
  x: Axis;
  y: Axis;
  finalize: () => void;
};

/** What analyses need of the explorer that they stand in. */
export type Desk = {
  call(asked: Pick<AnalyseParams, "do" | "job" | "desk">): Promise<AnalyseResult>;
  /** Shows the records of a query, among those that are shown. */
  pick(query: string): void;
  /** Tells at once, and when other records are shown; returns how to leave. */
  watch(tell: () => void): () => void;
};

export type Runtime = {
  desk(el: HTMLElement, room: Desk): () => void;
  draw(el: HTMLElement, spec: Spec, look: Look, changes: Spec): Promise<Drawing>;
  picture(spec: Spec, look: Look, changes: Spec, form: "png" | "svg"): Promise<Blob>;
};
