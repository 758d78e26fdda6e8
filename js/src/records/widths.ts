/** How wide the columns are: as somebody chose, or by what they hold and how much room there is. */
import type { Widths } from "../state/layout";
import type { Column, Holds } from "./columns";

const CHECK = 34; // the column of boxes
const NARROW = 860;
const WIDE = 1_300;
const ASSUMED = 1_000; // of a table that is not measured yet
const ONE_OF_SEVERAL = 140; // of a prediction beside another's, where there is little room
const GIVES = 30; // a text, where the table then fits its frame
const LETTER = 7;
const TOOLS = 46; // padding and sort sign of a heading

const USUAL: { [holds in Holds]: [narrow: number, usual: number, share: number] } = {
  text: [200, 280, 0.3],
  prediction: [168, 240, 0.24],
  annotation: [140, 172, 0.16],
  short: [100, 112, 0.09],
  number: [84, 96, 0.07],
  date: [136, 148, 0.1],
  value: [110, 140, 0.1],
};

export type Placed = {
  /** In pixels, one a column. */
  widths: number[];
  /** The column that takes what room is left, -1 where somebody chose all of them. */
  flexible: number;
  /** Of the table, boxes included. */
  total: number;
};

/** Puts columns into a table as wide as its frame, or wider where they need more. */
export function placed(columns: readonly Column[], chosen: Widths, frame: number): Placed {
  const room = frame || ASSUMED;
  const wide = columns.map((column) => usual(column, room));
  const several = columns.filter(({ holds }) => holds === "prediction").length > 1;
  const own =
    room > NARROW && sum(wide) <= room ? wide : columns.map((one) => narrow(one, several));
  const widths = columns.map(({ id }, at) => chosen[id] ?? own[at] ?? 0);
  const free = columns.map(({ id }) => chosen[id] === undefined);
  const text = columns.findIndex(({ holds }, at) => holds === "text" && free[at]);
  const flexible = text >= 0 ? text : free.lastIndexOf(true);
  const needed = sum(widths);
  if (flexible < 0) return { widths, flexible, total: needed };
  const spare = room - needed < (text < 0 ? 0 : -GIVES) ? 0 : room - needed;
  widths[flexible] = (widths[flexible] ?? 0) + spare;
  return { widths, flexible, total: needed + spare };
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, CHECK);
}

function narrow({ holds, title, sorts }: Column, several: boolean): number {
  const least = several && holds === "prediction" ? ONE_OF_SEVERAL : USUAL[holds][0];
  return Math.max(least, heading(title, sorts.length));
}

function usual({ holds, title, sorts }: Column, room: number): number {
  const [, middle, share] = USUAL[holds];
  if (holds === "prediction" || holds === "annotation" || holds === "short") {
    return room >= WIDE ? Math.round(room * share) : middle;
  }
  return Math.max(middle, heading(title, sorts.length));
}

/** Room for a name up to some length; longer ones are cut. */
function heading(title: string, sorts: number): number {
  return sorts > 1 ? 0 : Math.min(170, title.length * LETTER + TOOLS);
}
