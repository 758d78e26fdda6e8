/** What the page and the bundle that draws charts know of each other. */
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

export type Runtime = {
  draw(el: HTMLElement, spec: Spec, look: Look, changes: Spec): Promise<Drawing>;
  picture(spec: Spec, look: Look, changes: Spec, form: "png" | "svg"): Promise<Blob>;
};
