import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAnalyses } from "../../charts/src/analysis/model";
import { kindOf } from "../../charts/src/analysis/registry";
import type { AnalyseParams, AnalyseResult } from "../../src/protocol/analysis";

const VIEW = { query: "", dialect: "notebook", filters: {}, sort: [], page: 1, page_size: 50 };
const DONE = { share: 1, error: null, tables: [], chart: null, marks: [], documents: [] };
const settled = () => vi.advanceTimersByTimeAsync(2_000);

/** An explorer of which no more is there than analyses look at. */
function opened(desk: string, slow = new Set<string>()) {
  const sent: AnalyseParams[] = [];
  const store = {
    asked: signal(VIEW),
    page: signal({ version: 1 }),
    config: signal({ agents: ["a", "b"] }),
    labels: signal([]),
    life: signal("quiet"),
    editable: signal(true),
    draft: signal(""),
    focus: signal({ on: "record", turn: 0 }),
    focusOn: vi.fn(),
    async load(view: typeof VIEW) {
      store.asked.value = view;
      return true;
    },
    async call(_method: string, params: AnalyseParams): Promise<AnalyseResult> {
      sent.push(params);
      const done = !slow.has(params.analysis);
      return { ...DONE, job: params.job, done, share: 0.5, lines: [params.query] };
    },
  };
  const tab = signal("analysis");
  const charts = {
    sight: tab,
    tab,
    analysis: signal(desk),
    look: signal(null),
    options: signal({}),
  };
  const analyses = createAnalyses({ store, charts, annotator: {} } as never);
  const begun = () => sent.filter((one) => one.do === "begin");
  return { analyses, store, charts, sent, slow, begun };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what is quickly counted", () => {
  test("follows what is asked for while it is in sight, once for each", async () => {
    const { analyses, store, charts, begun } = opened("scores");
    await settled();
    expect(begun().map(({ query }) => query)).toEqual([""]);
    store.asked.value = { ...VIEW, query: "film" };
    store.asked.value = { ...VIEW, query: "film", page: 2 };
    await settled();
    expect(begun().map(({ query }) => query)).toEqual(["", "film"]);
    expect(analyses.work("scores").result?.lines).toEqual(["film"]);
    charts.tab.value = "records";
    store.asked.value = { ...VIEW, query: "movie" };
    await settled();
    expect(begun()).toHaveLength(2);
    charts.tab.value = "analysis";
    await settled();
    expect(begun().at(-1)?.query).toBe("movie");
  });

  test("is counted anew when records change, or another agent is chosen", async () => {
    const { analyses, store, begun } = opened("scores");
    await settled();
    store.page.value = { version: 2 };
    await settled();
    expect(begun()).toHaveLength(2);
    analyses.choose({ agent: "b" });
    await settled();
    expect(begun().at(-1)?.options).toEqual({ agent: "b" });
  });

  test("an agent is chosen for all analyses; what one does not ask for, or is no more, is not told", async () => {
    const { analyses, store, charts, begun } = opened("scores");
    analyses.choose({ agent: "b", normalize: "annotated" });
    expect(charts.options.value).toEqual({ agent: "b", normalize: "annotated" });
    await settled();
    expect(begun().at(-1)?.options).toEqual({ agent: "b" });
    analyses.open("confusion_matrix");
    await settled();
    expect(begun().at(-1)?.options).toEqual({ agent: "b", normalize: "annotated" });
    store.config.value = { agents: ["a", "c"] };
    expect(analyses.chosen("confusion_matrix")).toEqual({ normalize: "annotated" });
  });

  test("no agent is offered to be compared with itself", () => {
    const { analyses, store } = opened("compare");
    const offered = (desk: string, name: string) =>
      analyses
        .choices(desk)
        .find((one) => one.name === name)
        ?.values.map(([value]) => value);
    expect(offered("slices", "against")).toEqual(["", "b"]);
    expect(analyses.choices("compare").map(({ values }) => values)).toEqual([
      [
        ["a", "a to b"],
        ["b", "b to a"],
      ],
    ]);
    store.config.value = { agents: ["a", "b", "c"] };
    analyses.choose({ agent: "b", first: "c", second: "c" });
    expect(offered("slices", "against")).toEqual(["", "a", "c"]);
    expect(offered("compare", "second")).toEqual(["", "a", "b"]);
    expect(analyses.chosen("compare")).toEqual({ first: "c" });
  });

  test("an answer to an earlier question is not shown", async () => {
    const { analyses, store, slow, sent } = opened("scores", new Set(["scores"]));
    await settled();
    store.asked.value = { ...VIEW, query: "film" };
    slow.clear();
    await settled();
    expect(sent.filter((one) => one.do === "stop")).toHaveLength(1);
    expect(analyses.work("scores").result?.lines).toEqual(["film"]);
  });
});

describe("a query that is refused", () => {
  test("leaves what was counted before it", async () => {
    const { analyses, store, slow } = opened("scores");
    await settled();
    slow.add("scores");
    store.asked.value = { ...VIEW, query: "(" };
    await vi.advanceTimersByTimeAsync(1);
    store.asked.value = VIEW;
    await settled();
    expect(analyses.work("scores").result?.lines).toEqual([""]);
    expect(analyses.work("scores")).toMatchObject({ failure: null, share: null });
  });
});

describe("what is chosen", () => {
  test("the next row takes the place of the one before, and nothing is counted anew", async () => {
    const { analyses, store, begun, charts } = opened("scores");
    store.asked.value = { ...VIEW, query: "film" };
    await settled();
    const before = begun().length;
    analyses.take("scores", "annotated_as:a", "row");
    await settled();
    expect(store.asked.value.query).toBe("(film) AND annotated_as:a");
    expect(charts.tab.value).toBe("records");
    analyses.take("scores", "annotated_as:b", "row");
    await settled();
    expect(store.asked.value.query).toBe("(film) AND annotated_as:b");
    analyses.open("scores");
    await settled();
    expect(begun()).toHaveLength(before);
    expect(analyses.pick.value?.query).toBe("annotated_as:b");
    analyses.open("calibration");
    await settled();
    expect(begun().at(-1)).toMatchObject({
      analysis: "calibration",
      query: "(film) AND annotated_as:b",
    });
    analyses.leave();
    expect(store.asked.value.query).toBe("film");
  });

  test("who walks from row to row keeps the hand where it is", async () => {
    const { analyses, store } = opened("scores");
    await settled();
    analyses.take("scores", "annotated_as:a", "row");
    await settled();
    expect(store.focusOn).toHaveBeenCalledTimes(1);
    analyses.take("scores", "annotated_as:b", "row", true);
    await settled();
    expect(store.focusOn).toHaveBeenCalledTimes(1);
    analyses.back();
    expect(analyses.returns.value).toBe(1);
    analyses.leave();
    await settled();
    expect(store.focusOn).toHaveBeenCalledTimes(2);
  });

  test("the key of the analyses leads back to it, and only while it is in force", async () => {
    const { analyses, store, charts } = opened("scores");
    await settled();
    const came = () => (store.focus.value = { on: "analysis", turn: store.focus.value.turn + 1 });
    came();
    expect(analyses.returns.value).toBe(0);
    analyses.take("scores", "annotated_as:good", "row");
    charts.analysis.value = "compare";
    came();
    expect([charts.tab.value, charts.analysis.value]).toEqual(["analysis", "scores"]);
    expect(analyses.returns.value).toBe(1);
    store.asked.value = { ...VIEW, query: "other" };
    came();
    expect(analyses.returns.value).toBe(1);
  });
});

describe("what is looked for", () => {
  test("begins by hand, is cancelled, and is kept and marked once others are shown", async () => {
    const { analyses, store, slow, sent, begun } = opened("slices");
    const slices = kindOf("slices");
    await settled();
    expect(begun()).toHaveLength(0);
    slow.add("slices");
    void analyses.begin(slices);
    await settled();
    expect(analyses.work("slices").share).toBe(0.5);
    analyses.stop("slices");
    await settled();
    expect(analyses.work("slices").share).toBeNull();
    expect(sent.at(-1)?.do).toBe("stop");
    slow.clear();
    await analyses.begin(slices);
    expect(analyses.stale("slices")).toBe("");
    analyses.take("slices", "text:not", "row");
    await settled();
    expect(analyses.stale("slices")).toBe("");
    store.asked.value = { ...VIEW, query: "film" };
    expect(analyses.stale("slices")).toBe("of what was shown before: all records");
    analyses.take("slices", "text:bad", "row");
    expect(store.asked.value.query).toBe("text:bad");
    expect(analyses.stale("slices")).toBe("");
    store.page.value = { version: 2 };
    expect(analyses.stale("slices")).toMatch("as they were before a change");
    analyses.choose({ agent: "b" });
    expect(analyses.stale("slices")).toBe("of what was chosen before");
    analyses.close();
  });

  test("a kernel that is gone ends it, and what was found stays", async () => {
    const { analyses, store, slow, begun } = opened("slices");
    const slices = kindOf("slices");
    await analyses.begin(slices);
    slow.add("slices");
    void analyses.begin(slices);
    await vi.advanceTimersByTimeAsync(100);
    expect(analyses.work("slices").share).toBe(0.5);
    store.life.value = "gone";
    await settled();
    expect(analyses.work("slices")).toMatchObject({ share: null, result: { lines: [""] } });
    analyses.open("scores");
    await settled();
    expect(begun().map(({ analysis }) => analysis)).toEqual(["slices", "slices"]);
    store.life.value = "quiet";
    await settled();
    expect(begun().at(-1)?.analysis).toBe("scores");
  });
});
