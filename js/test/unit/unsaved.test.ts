import { expect, test } from "vitest";
import type { Edit } from "../../src/protocol";
import { leave, take } from "../../src/state/unsaved";

const edit = (id: string, old: string, to: string): Edit => ({
  id,
  field: "annotation",
  version: 1,
  old: [old],
  new: [to],
});

test("changes are left for one explorer of the same dataset, each field's as one", () => {
  leave("a", [edit("r0", "x", "y"), edit("r1", "x", "y")]);
  leave("a", [edit("r0", "y", "z")]);
  leave("b", []);
  leave("", [edit("r9", "x", "y")]);
  expect(take("b")).toEqual([]);
  expect(take("")).toEqual([]);
  expect(take("a")).toEqual([edit("r0", "x", "z"), edit("r1", "x", "y")]);
  expect(take("a")).toEqual([]);
});
