/** Keys are data: an event names a move, and somebody else makes it. */

export type Move =
  | "focus_query"
  | "next_record"
  | "previous_record"
  | "first_record"
  | "last_record"
  | "open_record"
  | `assign_label_${Digit}`
  | "validate"
  | "discard"
  | "select_record"
  | "select_page"
  | "select_all"
  | "comment"
  | "copy"
  | "go_to"
  | "first_page"
  | "last_page"
  | "sort_keys"
  | "undo"
  | "redo"
  | "previous_page"
  | "next_page"
  | "sort"
  | "focus_facets"
  | "charts"
  | "analysis"
  | "help"
  | "escape";
type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Where the key was pressed: in a text box keys write; on a button or a box Enter and Space press it. */
export type Place = "text" | "control" | "record" | "elsewhere";

/** Moves that make sense while no record is in sight. */
export const OFF_RECORDS: ReadonlySet<Move> = new Set([
  "focus_query",
  "focus_facets",
  "charts",
  "analysis",
  "undo",
  "redo",
  "help",
  "escape",
]);

export type Key = {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  isComposing?: boolean;
};

const MOVES: { [key: string]: Move } = {
  "/": "focus_query",
  j: "next_record",
  ArrowDown: "next_record",
  k: "previous_record",
  ArrowUp: "previous_record",
  Home: "first_record",
  End: "last_record",
  Enter: "open_record",
  v: "validate",
  d: "discard",
  x: "select_record",
  a: "select_page",
  A: "select_all",
  y: "copy",
  g: "go_to",
  z: "undo",
  Z: "redo",
  "[": "previous_page",
  "]": "next_page",
  "{": "first_page",
  "}": "last_page",
  s: "sort",
  S: "sort_keys",
  f: "focus_facets",
  c: "comment",
  C: "charts",
  E: "analysis",
  "?": "help",
  Escape: "escape",
};

export function moveForKey(event: Key, place: Place): Move | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const { key } = event;
  if (place === "text") return key === "Escape" ? "escape" : null;
  if (place === "control" && (key === "Enter" || key === " ")) return null;
  if (/^[1-9]$/.test(key)) return `assign_label_${Number(key) as Digit}`;
  return Object.hasOwn(MOVES, key) ? (MOVES[key] ?? null) : null;
}

/** Left to the notebook whatever has the focus: saving it. */
export function belongsToHost(event: Key & { shiftKey?: boolean }): boolean {
  return Boolean(event.ctrlKey || event.metaKey) && event.key === "s" && !event.altKey;
}

/** The list behind `?`. */
export const HELP: { title: string; keys: [keys: string[], does: string][] }[] = [
  {
    title: "Find",
    keys: [
      [["/"], "write a query; Enter, or a pause, searches"],
      [["↑", "↓"], "in the query: suggestions, which Tab or Enter takes; earlier queries"],
      [["j", "↓"], "next record"],
      [["k", "↑"], "previous record"],
      [["Home"], "first record of the page"],
      [["End"], "last record of the page"],
      [["["], "previous page"],
      [["]"], "next page"],
      [["{", "}"], "first page, last page"],
      [["g"], "go to a record by its id, or to a page"],
      [["s"], "to the sort buttons; with Shift they add a key"],
      [["S"], "the sort keys, of any field"],
      [["f"], "to the facets"],
      [["C", "E"], "to the charts, to the analyses; Esc goes back"],
      [
        ["↑", "↓"],
        "in charts and analyses, with ← →: by marks or rows Enter filters; Shift brushes",
      ],
      [["Enter"], "open or close the record; use mine in a conflict"],
    ],
  },
  {
    title: "Annotate",
    keys: [
      [["1", "–", "9"], "annotate with that label"],
      [["v"], "validate; again, back to default"],
      [["d"], "discard; again, back to default"],
      [["c"], "write a comment; Ctrl Enter saves it"],
      [["x"], "select the record"],
      [["a"], "select the page"],
      [["A"], "all records that match, however many"],
      [["y"], "copy the record: text, JSON or Python"],
      [["z"], "undo"],
      [["Z"], "redo"],
      [["?"], "this list"],
      [["Esc"], "close, or keep theirs in a conflict"],
    ],
  },
  {
    title: "Review, among the analyses",
    keys: [
      [["l"], "the label is wrong: take the one proposed"],
      [["1", "–", "9"], "the label is wrong, and right is that one"],
      [["m"], "the model is wrong"],
      [["u"], "ambiguous"],
      [["b"], "both are fine"],
      [["j", "k"], "next, which passes a record over; previous"],
      [["z"], "undo the last verdict"],
    ],
  },
];
