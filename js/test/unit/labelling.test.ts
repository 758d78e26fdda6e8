import { describe, expect, test } from "vitest";
import { made } from "../../src/state/edits";
import { actionOf, type Labelling, markOf, toggled } from "../../src/state/labelling";

const three: Labelling = {
  count: 3,
  having: new Map([
    ["joy", 3],
    ["fear", 1],
  ]),
  wanted: new Map(),
  replacing: false,
};
function press(now: Labelling, ...labels: string[]): Labelling {
  const [label, ...rest] = labels;
  if (label === undefined) return now;
  return press({ ...now, wanted: toggled(now, label) }, ...rest);
}

describe("labels of several records", () => {
  test("are on all, on some or on none of them", () => {
    expect(["joy", "fear", "anger"].map((label) => markOf(three, label))).toEqual([
      "all",
      "some",
      "none",
    ]);
  });

  test("one that only some have is given to all, taken from all, and left alone again", () => {
    const marks = [1, 2, 3].map((times) =>
      markOf(press(three, ...Array(times).fill("fear")), "fear"),
    );
    expect(marks).toEqual(["all", "none", "some"]);
    expect(actionOf(press(three, "fear", "fear", "fear"))).toMatchObject({ new: [], without: [] });
  });

  test("what was ticked is added, what was unticked removed, the rest left alone", () => {
    const action = actionOf(press(three, "anger", "joy"));
    expect(action).toEqual({
      field: "annotation",
      how: "alter",
      new: ["anger"],
      without: ["joy"],
    });
    expect(made(action, ["joy", "fear"])).toEqual(["fear", "anger"]);
    expect(made(action, null)).toEqual(["anger"]);
  });

  test("all labels can be replaced by those ticked, also before they are counted", () => {
    const action = actionOf({ ...press(three, "anger"), replacing: true });
    expect(action).toMatchObject({ how: "replace", new: ["joy", "anger"] });
    expect(markOf({ ...three, having: null }, "joy")).toBe("some");
    expect(actionOf({ ...press({ ...three, having: null }, "joy"), replacing: true }).new).toEqual([
      "joy",
    ]);
  });

  test("of one record they are replaced, in their order", () => {
    const one = { ...three, count: 1, having: new Map([["joy", 1]]) };
    expect(actionOf(press(one, "anger"))).toMatchObject({
      how: "replace",
      new: ["joy", "anger"],
    });
  });
});
