// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";
import type { Gesture } from "../../src/state/edits";

const KEY = Symbol.for("rubrix_widget.unsaved");
const gesture = (key: string, kind: Gesture["kind"] = "edit"): Gesture => ({
  key,
  kind,
  sent: true,
  edits: [{ id: key, field: "annotation", version: 1, old: null, new: ["x"] }],
});

/** The module as a page has it that was just loaded. */
async function loaded() {
  vi.resetModules();
  delete (globalThis as { [KEY]?: unknown })[KEY];
  return import("../../src/state/unsaved");
}

afterEach(() => sessionStorage.clear());

test("what was left is taken once, in its order, by the same dataset alone, to be sent again", async () => {
  const { leave, take } = await loaded();
  leave("t", [gesture("a"), gesture("u", "undo")]);
  leave("t", [gesture("b")]);
  leave("", [gesture("c")]);
  expect(take("other")).toEqual([]);
  expect(take("t")).toEqual([
    { ...gesture("a"), sent: false, asMade: true },
    { ...gesture("b"), sent: false, asMade: true },
  ]);
  expect(take("t")).toEqual([]);
  expect(take("")).toEqual([]);
});

test("what is left by a page is there after its reload, once", async () => {
  (await loaded()).leavePage("t", [gesture("a")]);
  expect((await loaded()).take("t").map(({ key }) => key)).toEqual(["a"]);
  expect((await loaded()).take("t")).toEqual([]);
});

test("a page that leaves nothing stores nothing", async () => {
  (await loaded()).leavePage("t", []);
  expect(sessionStorage.length).toBe(0);
});
