import { describe, expect, test } from "vitest";
import type { Edit } from "../../src/protocol";
import {
  type Gesture,
  ready,
  rebased,
  sameValue,
  saving,
  withPending,
} from "../../src/state/edits";
import { completed } from "../../src/state/view";

const edit = (id: string, value: string[] | null): Edit => ({
  id,
  field: "annotation",
  version: 1,
  old: null,
  new: value,
});
const gesture = (key: string, edits: Edit[], more: Partial<Gesture> = {}): Gesture => ({
  key,
  kind: "edit",
  edits,
  sent: false,
  ...more,
});
const keys = (queue: Gesture[]) => ready(queue).map(({ key }) => key);

describe("ready", () => {
  test("changes of different records go out at once", () => {
    expect(keys([gesture("1", [edit("a", ["x"])]), gesture("2", [edit("b", ["x"])])])).toEqual([
      "1",
      "2",
    ]);
  });

  test("a change waits for an earlier one of the same record, sent or not", () => {
    const later = gesture("2", [edit("a", ["y"])]);
    expect(keys([gesture("1", [edit("a", ["x"])]), later])).toEqual(["1"]);
    expect(keys([gesture("1", [edit("a", ["x"])], { sent: true }), later])).toEqual([]);
  });

  test("undo waits for everything before it, and everything after waits for undo", () => {
    const undo = gesture("2", [], { kind: "undo" });
    const after = gesture("3", [edit("b", ["x"])]);
    expect(keys([gesture("1", [edit("a", ["x"])]), undo, after])).toEqual(["1"]);
    expect(keys([undo, after])).toEqual(["2"]);
  });
});

test("an edit is sent with the version and value that the record has by then", () => {
  const record = completed({ id: "a", version: 7, annotation: ["x"] });
  expect(rebased([edit("a", ["y"]), edit("b", null)], new Map([["a", record]]))).toEqual([
    { ...edit("a", ["y"]), version: 7, old: ["x"] },
    edit("b", null),
  ]);
});

test("an edit made against another kernel's records holds where the value is as it was seen", () => {
  const known = new Map([["a", completed({ id: "a", version: 7, annotation: ["x"] })]]);
  const seen = { ...edit("a", ["y"]), old: ["x"] };
  expect(rebased([seen], known, true)).toEqual([{ ...seen, version: 7 }]);
  expect(rebased([edit("a", ["y"])], known, true)).toEqual([edit("a", ["y"])]);
});

test("a record shows the last of its changes under way, and says which field is being saved", () => {
  const queue = [gesture("1", [edit("a", ["x"])]), gesture("2", [edit("a", ["y"])])];
  const record = completed({ id: "a", annotation: null });
  expect(withPending(record, queue).annotation).toEqual(["y"]);
  expect(withPending(completed({ id: "b" }), queue).annotation).toBeNull();
  expect(saving(queue)).toEqual(new Set(["annotation a"]));
  expect(record.annotation).toBeNull();
});

test("labels are compared in their order", () => {
  expect(sameValue(["a"], ["a"])).toBe(true);
  expect(sameValue(["a", "b"], ["b", "a"])).toBe(false);
  expect(sameValue(null, [])).toBe(false);
});
