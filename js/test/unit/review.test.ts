import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import type { Analyses } from "../../charts/src/analysis/model";
import {
  changed,
  editsOf,
  emptiness,
  entryOf,
  labelled,
  merged,
  moveOf,
  outlook,
  progress,
} from "../../charts/src/review/judging";
import { createReview } from "../../charts/src/review/model";
import type { Edit, EditResult, ReviewRecord, ReviewResult } from "../../src/protocol";
import type { Done } from "../../src/state/edits";
import { completed } from "../../src/state/view";

function one(id: string, record: object = {}, more: Partial<ReviewRecord> = {}): ReviewRecord {
  const whole = completed({ id, version: 1, annotation: ["a"], inputs: { text: id }, ...record });
  return { record: whole, place: 1, drawn: false, other: ["b"], near: [], ...more };
}
const ids = (entries: readonly ReviewRecord[]) => entries.map(({ record }) => record.id);

function answered(records: ReviewRecord[], more: Partial<ReviewResult> = {}): ReviewResult {
  return {
    records,
    n: 10,
    shown: 12,
    judged: 0,
    counts: { label_wrong: 0, model_wrong: 0, ambiguous: 0, both_fine: 0 },
    curve: [],
    estimate: { rest: 10, checked: 0, checked_wrong: 0, remaining: null, low: null, high: null },
    version: 1,
    ...more,
  };
}

describe("keys", () => {
  test("a key for each verdict, digits for labels, none with Ctrl", () => {
    expect(["l", "m", "u", "b", "j", "k", "z", "7"].map((key) => moveOf(press(key)))).toEqual([
      ...["label_wrong", "model_wrong", "ambiguous", "both_fine", "next", "previous", "undo"],
      7,
    ]);
    expect(["x", "0", "constructor", "Enter"].map((key) => moveOf(press(key)))).toEqual(
      Array(4).fill(null),
    );
    expect(moveOf({ ...press("z"), ctrlKey: true })).toBeNull();
  });
});

function press(key: string) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
}

describe("what a verdict does", () => {
  const told = (edits: Edit[]) => edits.map(({ field, old, new: value }) => [field, old, value]);

  test("a wrong label is put right, a right one validated, an ambiguous one left as it is", () => {
    const entry = entryOf(one("r"));
    expect(told(editsOf(entry, "label_wrong", ["b"]))).toEqual([
      ["annotation", ["a"], ["b"]],
      ["verdict", null, "label_wrong"],
    ]);
    for (const verdict of ["model_wrong", "both_fine"] as const) {
      expect(told(editsOf(entry, verdict))).toEqual([
        ["status", "Default", "Validated"],
        ["verdict", null, verdict],
      ]);
    }
    expect(told(editsOf(entry, "ambiguous"))).toEqual([["verdict", null, "ambiguous"]]);
  });

  test("judged anew, a record first gets back the annotation that it came with", () => {
    const entry = entryOf(one("r"));
    const record = changed(entry.record, editsOf(entry, "label_wrong", ["b"]));
    expect(record).toMatchObject({ annotation: ["b"], status: "Validated" });
    expect(told(editsOf({ ...entry, record }, "model_wrong"))).toEqual([
      ["annotation", ["b"], ["a"]],
      ["verdict", "label_wrong", "model_wrong"],
    ]);
  });

  test("of several labels a key takes one out, or puts one in", () => {
    const entry = entryOf(one("r", { annotation: ["a", "c"] }));
    expect(labelled(entry, "c", true)).toEqual(["a"]);
    expect(labelled(entry, "b", true)).toEqual(["a", "c", "b"]);
    expect(labelled(entry, "b", false)).toEqual(["b"]);
  });
});

describe("what is in hand", () => {
  const judged = (id: string) => entryOf(one(id, { verdict: "ambiguous" }));

  test("what was judged and what is looked at stay; the rest is as the kernel says now", () => {
    const entries = [judged("1"), entryOf(one("2")), entryOf(one("3"))];
    const hand = merged({ entries, at: 1 }, [one("2"), one("4"), one("5")]);
    expect([ids(hand.entries), hand.at]).toEqual([["1", "2", "4", "5"], 1]);
  });

  test("what was undone, or passed over before all others, comes again and once", () => {
    const entries = [judged("1"), entryOf(one("2")), entryOf(one("3"))];
    const hand = merged({ entries, at: 2 }, [one("1"), one("3"), one("2")]);
    expect([ids(hand.entries), hand.at]).toEqual([["3", "1", "2"], 0]);
  });

  test("who went back finds the later ones where they were", () => {
    const entries = [judged("1"), judged("2"), entryOf(one("3"))];
    const hand = merged({ entries, at: 0 }, [one("3"), one("4")]);
    expect([ids(hand.entries), hand.at]).toEqual([["1", "2", "3", "4"], 0]);
  });

  test("what is being saved is not taken for undone", () => {
    const entries = [{ ...judged("1"), saving: true }, entryOf(one("2"))];
    const hand = merged({ entries, at: 1 }, [one("1"), one("2")]);
    expect([ids(hand.entries), hand.at]).toEqual([["1", "2"], 1]);
  });

  test("what somebody else changed is shown as it is now, and said", () => {
    const now = one("2", { version: 7, annotation: ["c"] });
    const { entries } = merged({ entries: [entryOf(one("2"))], at: 0 }, [now]);
    expect(entries[0]?.given.annotation).toEqual(["c"]);
    expect(entries[0]?.problem).toMatch("by someone else");
  });
});

describe("words", () => {
  const estimate = {
    rest: 4210,
    checked: 40,
    checked_wrong: 2,
    remaining: 210.5,
    low: 27,
    high: 710,
  };

  test("an estimate says what it rests on and how sure it is", () => {
    expect(outlook(answered([], { estimate }), 5)).toBe(
      "Of 40 records drawn at random from the other 4,210, 2 were wrong: still 27 to 710 to be found (95 %), likely about 211.",
    );
    expect(outlook(answered([], { estimate, n: 4210 }), 5)).toMatch(
      "Of 40 records drawn at random from all 4,210, 2 were wrong",
    );
    const one = { ...estimate, checked: 1, checked_wrong: 1, low: 3, high: 3 };
    expect(outlook(answered([], { estimate: one }), 5)).toBe(
      "Of 1 record drawn at random from the other 4,210, 1 was wrong: still 3 to be found (95 %).",
    );
    expect(outlook(answered([]), 5)).toMatch("Records drawn at random will tell");
    expect(outlook(answered([]), 0)).toMatch("Draw some at random to tell");
    expect(outlook(answered([], { judged: 10 }), 5)).toMatch("nothing is left");
  });

  test("progress and emptiness", () => {
    const counts = { label_wrong: 1, model_wrong: 2, ambiguous: 0, both_fine: 1 };
    expect(progress(answered([], { judged: 4, counts }))).toBe(
      "4 of 10 records reviewed: 1 label error, 2 model wrong, 0 ambiguous, 1 both fine",
    );
    expect(emptiness(answered([], { n: 0, shown: 0 }))).toMatch("No records are shown");
    expect(emptiness(answered([], { n: 0 }))).toMatch("both an annotation and scores");
    expect(emptiness(answered([], { judged: 10 }))).toMatch("Everything is reviewed: 10 records");
    expect(emptiness(answered([], { judged: 9 }))).toMatch("on their way");
  });
});

/** A review among an explorer's parts, each with what was asked of it. */
function sitting(records: ReviewRecord[]) {
  const made: { edits: Edit[]; done: Done }[] = [];
  const undone: Done[] = [];
  const asked: { passed: string[]; query: string; agent: string | null; every: number }[] = [];
  const kernel = { records, record: null as object | null };
  const page = signal({ version: 1 });
  const shown = signal({ query: "", dialect: "notebook", filters: {} });
  const options = signal<{ [name: string]: string }>({});
  const analyses = {
    room: {
      store: {
        editable: signal(true),
        labels: signal(["a", "b", "c"]),
        config: signal({ multi_label: false }),
        call: async (method: string, params: never) => {
          if (method === "record") return { record: kernel.record };
          asked.push(params);
          return answered(kernel.records, { version: page.value.version });
        },
      },
      annotator: {
        make: (edits: Edit[], done: Done) => void made.push({ edits, done }),
        step: (_: string, __: undefined, done: Done) => void undone.push(done),
      },
    },
    page,
    shown,
    sight: signal("analysis"),
    chosen: () => options.value,
  };
  const review = createReview(analyses as unknown as Analyses);
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { review, made, undone, asked, kernel, page, shown, options, settled };
}
const on = ({ review }: ReturnType<typeof sitting>) => review.current.value?.record.id;
const result = (applied: object[], more: object = {}) => ({ applied, ...more }) as EditResult;

describe("a sitting", () => {
  test("the next record is there before the verdict is saved, and a verdict is sent once", async () => {
    const all = sitting([one("1"), one("2"), one("3")]);
    await all.settled();
    expect(on(all)).toBe("1");
    all.review.move("label_wrong");
    expect(on(all)).toBe("2");
    expect(all.made).toHaveLength(1);
    all.review.move("previous");
    expect(all.review.current.value).toMatchObject({ saving: true });
    all.review.move("model_wrong");
    expect(all.made).toHaveLength(1);
    all.kernel.records = [one("2"), one("3")];
    all.made[0]?.done(
      result([{ ...one("1").record, version: 2, annotation: ["b"], verdict: "label_wrong" }]),
    );
    await all.settled();
    expect(all.review.current.value?.record).toMatchObject({ id: "1", version: 2 });
    all.review.move("model_wrong");
    expect(all.made[1]?.edits[0]).toMatchObject({ version: 2, new: ["a"] });
  });

  test("a digit chooses the right label; the one that is there is none, nor is one without a key", async () => {
    const all = sitting([one("1", {}, { other: null })]);
    await all.settled();
    all.review.move("label_wrong");
    expect(all.review.said.value).toMatch("names no other label");
    all.review.move(1);
    expect(all.review.said.value).toMatch("annotated as a already");
    all.review.move(9);
    expect(all.review.said.value).toMatch("no label 9");
    expect(all.made).toEqual([]);
    all.review.move(3);
    expect(all.made[0]?.edits[0]).toMatchObject({ field: "annotation", new: ["c"] });
  });

  test("what could not be saved comes back with the reason", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    all.review.move("ambiguous");
    all.made[0]?.done(new Error("the disk is full"));
    await all.settled();
    expect(all.review.current.value).toMatchObject({
      record: { id: "1", verdict: null },
      problem: "Not saved: the disk is full",
    });
  });

  test("what somebody else changed comes back as it is now", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    all.kernel.record = { ...one("1").record, version: 5, annotation: ["c"] };
    all.review.move("model_wrong");
    all.made[0]?.done(result([], { conflicts: [{ id: "1" }] }));
    await all.settled();
    const { record, given, problem } = all.review.current.value ?? {};
    expect([record?.version, record?.verdict, given?.annotation]).toEqual([5, null, ["c"]]);
    expect(problem).toMatch("not judged");
  });

  test("undo brings back what it undid, also of a sitting before", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    all.review.move("ambiguous");
    all.made[0]?.done(result([{ ...one("1").record, version: 2, verdict: "ambiguous" }]));
    await all.settled();
    all.review.move("undo");
    all.undone[0]?.(result([{ ...one("1").record, version: 3, verdict: null }], { said: "Undid" }));
    expect(on(all)).toBe("1");
    expect(all.review.said.value).toBe("Undid");
    all.kernel.records = [one("0"), one("1"), one("2")];
    all.review.move("undo");
    all.undone[1]?.(result([one("0").record]));
    await all.settled();
    expect(on(all)).toBe("0");
  });

  test("what is passed over is told, and comes when all others were judged", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    all.review.move("next");
    all.kernel.records = [one("2"), one("1")];
    await all.settled();
    expect(all.asked.at(-1)?.passed).toEqual(["1"]);
    all.review.move("ambiguous");
    all.kernel.records = [one("1")];
    all.made[0]?.done(result([{ ...one("2").record, version: 2, verdict: "ambiguous" }]));
    await all.settled();
    expect(on(all)).toBe("1");
  });

  test("other records are begun anew, and what others change is asked for", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    all.review.move("next");
    await all.settled();
    const before = all.asked.length;
    all.page.value = { version: 2 };
    await all.settled();
    expect(all.asked).toHaveLength(before + 1);
    all.shown.value = { query: "dull", dialect: "notebook", filters: {} };
    await all.settled();
    expect(all.asked.at(-1)).toMatchObject({ query: "dull", passed: [] });
    expect([on(all), all.review.at.value]).toEqual(["1", 0]);
  });

  test("whose predictions rank, and how many are drawn, are chosen, and it begins anew", async () => {
    const all = sitting([one("1"), one("2")]);
    await all.settled();
    expect(all.asked.at(-1)).toMatchObject({ agent: null, every: 5 });
    all.review.move("next");
    await all.settled();
    all.options.value = { agent: "b", every: "0" };
    await all.settled();
    expect(all.asked.at(-1)).toMatchObject({ agent: "b", every: 0, passed: [] });
    expect(all.review.at.value).toBe(0);
  });
});
