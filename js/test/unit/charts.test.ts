import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sized } from "../../charts/src/sized";
import { type Marks, marksOf } from "../../src/charts/marks";
import type { Filters } from "../../src/lib/filters";
import { wilson } from "../../src/lib/shares";
import type { ChartResult } from "../../src/protocol";
import { openChannel } from "../../src/state/channel";
import { createCharts } from "../../src/state/charts";
import { createStore } from "../../src/state/store";
import { createKernel, makeRecords } from "../fake/kernel.js";

const closing: AbortController[] = [];
const settled = () => vi.advanceTimersByTimeAsync(1_000);

async function shown() {
  const made = createKernel({ records: makeRecords(120) });
  const abort = new AbortController();
  closing.push(abort);
  const channel = openChannel(made.model as never, abort.signal);
  const store = createStore(channel);
  const charts = createCharts(channel, store, abort.signal);
  made.kernel.refuse = { runtime: new Error("not here") };
  await store.load(store.asked.value);
  charts.tab.value = "charts";
  const asked = () => made.kernel.requests.filter(({ method }) => method === "chart");
  return { ...made, store, charts, asked };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const one of closing.splice(0)) one.abort();
  vi.useRealTimers();
});

describe("what is asked for", () => {
  test("a chart is asked for when seen, again when the view changes, and not when it leaves", async () => {
    const { charts, store, asked } = await shown();
    await settled();
    expect(asked()).toHaveLength(0);
    charts.see("scores", true);
    await settled();
    expect(asked()).toHaveLength(1);
    await store.goTo(2);
    await settled();
    expect(asked()).toHaveLength(1);
    await store.search("film");
    await settled();
    expect(asked()).toHaveLength(2);
    charts.see("scores", false);
    await store.search("movie");
    await settled();
    expect(asked()).toHaveLength(2);
    charts.see("scores", true);
    await settled();
    expect(asked().at(-1)?.params.query).toBe("movie");
  });

  test("a change elsewhere is drawn", async () => {
    const { kernel, charts, asked } = await shown();
    charts.see("labels", true);
    await settled();
    kernel.changeElsewhere("r1", { annotation: ["negative"] });
    await settled();
    expect(asked()).toHaveLength(2);
  });

  test("a refusal is said in its place, and the chart is asked for again afterwards", async () => {
    const { kernel, store, charts } = await shown();
    kernel.refuse = { chart: new Error("no room") };
    charts.see("scores", true);
    await settled();
    expect(charts.answers.value.get("scores")?.error).toBe("no room");
    kernel.refuse = null;
    await store.search("film");
    await settled();
    expect(charts.answers.value.get("scores")?.error).toBeNull();
  });
});

const RESULT: ChartResult = {
  chart: "confusion_matrix",
  python: "ex.charts.confusion_matrix()",
  fields: ["annotated_as", "predicted_as"],
  field_kind: "label",
  kind: "matrix",
  spec: {},
  why: null,
  values: ["a", "b"],
  edges: [],
  rows: [
    [3, 1],
    [0, 2],
  ],
  missing: 0,
  left_out: 0,
  error: null,
  version: 1,
};
const at = ({ marks }: Marks, words: string) => {
  const found = marks.find((mark) => mark.words.startsWith(words));
  if (!found) throw new Error(`no mark says ${words}`);
  return found;
};

describe("marks", () => {
  test("a cell filters by both labels, a heading by one, and again by none", () => {
    const marks = marksOf(RESULT, { status: ["Default"] });
    const pair = { status: ["Default"], annotated_as: ["a"], predicted_as: ["b"] };
    expect(at(marks, "annotated as a, predicted as b: 1 record").filters()).toEqual(pair);
    expect(at(marks, "annotated as b: 2").filters()).toEqual({
      status: ["Default"],
      annotated_as: ["b"],
    });
    const chosen = at(marksOf(RESULT, pair), "annotated as a, predicted as b");
    expect(chosen.pressed).toBe(true);
    expect(chosen.filters()).toEqual({ status: ["Default"] });
    expect(at(marksOf(RESULT, pair), "annotated as b, predicted as b").lit).toBe(false);
  });

  test("a bin of scores filters by its lower edge, below its upper one, and by what it counts", () => {
    const bins: ChartResult = {
      ...RESULT,
      kind: "reliability",
      fields: ["predicted", "score"],
      field_kind: "number",
      values: [],
      edges: [0, 0.5, 1],
      rows: [
        [2, 1, 0.25, 0.1, 0.9],
        [1, 1, 1, 0.2, 1],
      ],
    };
    const predicted = ["ok", "ko"];
    const of = (filters: Filters) => marksOf(bins, filters).marks;
    expect(of({})[0]?.filters()).toEqual({ score: { below: 0.5 }, predicted });
    expect(of({ predicted: ["ko"] })[1]?.filters()).toEqual({ predicted, score: { from: 0.5 } });
    const chosen = of({ status: ["Default"], score: { from: 0.5 }, predicted });
    expect(chosen.map(({ pressed }) => pressed)).toEqual([false, true]);
    expect(chosen[1]?.filters()).toEqual({ status: ["Default"] });
  });

  test("bars filter by their limits, several by those of all", () => {
    const bars: ChartResult = {
      ...RESULT,
      kind: "bars",
      fields: ["n"],
      field_kind: "integer",
      values: [],
      edges: [0, 5, 10, 15],
      rows: [
        [1, 0, 0],
        [2, 1, 0],
        [0, 0, 4],
      ],
    };
    const marks = marksOf(bars, {});
    const bar = at(marks, "5 to 9: 3 records, 2 right, 1 wrong, 66.7\u00a0% (20.8 – 93.9) right");
    expect(bar.filters(0)).toEqual({
      n: { from: 0, to: 9 },
    });
    const chosen = marksOf(bars, { n: { from: 0, to: 9 } });
    expect(chosen.marks.map(({ pressed }) => pressed)).toEqual([true, true, false]);
    expect(chosen.marks[0]?.filters(1)).toEqual({});
    expect(marks.marks[2]?.cells?.at(-1)).toBe("–");
  });

  test("values are added; what they are called is theirs, and text stays text", () => {
    const values: ChartResult = {
      ...RESULT,
      kind: "values",
      fields: ["metadata.k"],
      values: [true, "<img src=x>"],
    };
    const marks = marksOf(values, { "metadata.k": [true] });
    expect(at(marks, "true").filters()).toEqual({});
    expect(at(marks, "<img src=x>: 2 records").filters()).toEqual({
      "metadata.k": [true, "<img src=x>"],
    });
  });

  test("a word is searched for within what is shown", async () => {
    const { charts, store } = await shown();
    const words: ChartResult = {
      ...RESULT,
      kind: "words",
      values: ['say "no"'],
      rows: [[3, 1, 1.5, 0.2, 2.8]],
    };
    const mark = at(marksOf(words, {}), 'say "no": in 3 wrong and 1 right records');
    expect(mark.word).toBe('say "no"');
    await charts.narrow("film");
    await charts.narrow('say "no"');
    expect(store.draft.value).toBe('("film") AND "say \\"no\\""');
  });

  test("the interval is Wilson's", () => {
    const [low, high] = wilson(8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
    expect(wilson(0, 3)[0]).toBeCloseTo(0);
  });

  test("the cells of a matrix stay large enough to point at", () => {
    const many = { ...RESULT, values: Array.from({ length: 40 }, (_, n) => `label ${n}`) };
    expect(sized(many, 300)).toMatchObject({ width: { step: 15 }, height: { step: 15 } });
    expect(sized(RESULT, 700)).toMatchObject({ width: { step: 90 }, height: { step: 40 } });
  });

  test("labels stand along the axis of a matrix where they fit", () => {
    const spec = { layer: [{ mark: "rect", encoding: { x: { field: "predicted" } } }] };
    const angle = (labels: string[]) =>
      sized({ ...RESULT, values: labels, spec } as ChartResult, 400).layer;
    const drawn = (labelAngle: number) => [
      { mark: "rect", encoding: { x: { field: "predicted", axis: { labelAngle } } } },
    ];
    expect(angle(["negative", "positive"])).toEqual(drawn(0));
    expect(angle(["a very long label of a class", "b"])).toEqual(drawn(-90));
  });
});
