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

export type Box = { left: number; top: number; width: number; height: number };

/** What can be pointed at in a chart. */
export type Mark = {
  /** Its place for the arrow keys. */
  row: number;
  column: number;
  words: string;
  pressed: boolean;
  /** Whether its records are among those chosen, all of them where nothing is. */
  lit: boolean;
  /** Whether it has no records to show, and is there to be read. */
  idle?: boolean;
  box: (at: Drawing) => Box;
};

/** A chart as it is sent, and what its values are by its kind. */
export type Sent = { kind: string; values: readonly unknown[]; spec: Spec };

export type PlotProps = {
  sent: Sent;
  look: Look;
  width: number;
  marks: readonly Mark[];
  /** Whether several marks in a row can be chosen at once. */
  brush: boolean;
  label: string;
  /** Whether the chart keeps its legend; for some the page has one. */
  legend?: boolean;
  choose: (index: number, end?: number) => void;
};
