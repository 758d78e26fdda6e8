import { expect, test } from "vitest";
import { type Carried, type Column, finder, inCell, shown, sorted } from "../../src/report/rows";

const columns: Column[] = [
  { id: "inputs.text", title: "text", kind: "text", values: ["A Fine film", "dull", "fine 0.5"] },
  { id: "score", title: "score", kind: "score", values: [0.25, null, 0.5] },
  { id: "annotated_as", title: "annotated as", kind: "labels", values: ["a", ["a", "b"], null] },
  { id: "predicted_as", title: "predicted as", kind: "labels", values: ["b", ["b"], "b"] },
];
const carried: Carried = { columns, labels: ["a", "b"], n: 3, pageRows: 100 };
const column = (at: number) => columns[at] as Column;

test("cells say what the page without its script says", () => {
  expect(shown(0.25, "score")).toBe("0.250");
  expect(shown("ok", "verdict")).toBe("✓ ok");
  expect(shown("ko", "verdict")).toBe("✗ ko");
  expect(shown(["a", "b"], "labels")).toBe("a, b");
  expect(shown(null, "verdict")).toBe("");
  expect(shown(true, "value")).toBe("true");
});

test("all words must be found, whatever their case; scores are not searched", () => {
  const find = finder(carried);
  expect(find("")).toEqual([0, 1, 2]);
  expect(find("FINE a")).toEqual([0]);
  expect(find("  fine ")).toEqual([0, 2]);
  expect(find("0.2")).toEqual([]);
  expect(find("nothing")).toEqual([]);
});

test("a cell of the matrix finds records with its labels, among several too", () => {
  expect(inCell([0, 1, 2], columns, { annotated: "a", predicted: "b" })).toEqual([0, 1]);
  expect(inCell([0, 1, 2], columns, { annotated: null, predicted: "b" })).toEqual([0, 1, 2]);
  expect(inCell([1], columns, { annotated: "b", predicted: null })).toEqual([1]);
  expect(inCell([0, 1, 2], columns, { annotated: "c", predicted: null })).toEqual([]);
});

test("numbers sort as numbers, and records without a value come last either way", () => {
  const numbers: Column = { id: "n", title: "n", kind: "number", values: [10, 9, null, 100] };
  expect(sorted([0, 1, 2, 3], numbers, false)).toEqual([1, 0, 3, 2]);
  expect(sorted([0, 1, 2, 3], numbers, true)).toEqual([3, 0, 1, 2]);
  expect(sorted([2, 1, 0], column(0), false)).toEqual([0, 1, 2]);
});

test("equal values keep the order of the view in both directions", () => {
  const same: Column = { id: "s", title: "s", kind: "value", values: ["x", "x", "x"] };
  expect(sorted([0, 1, 2], same, false)).toEqual([0, 1, 2]);
  expect(sorted([0, 1, 2], same, true)).toEqual([0, 1, 2]);
});
