import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { between, boundsOf, described, meets, toggled } from "../../src/lib/filters";
import { openChannel } from "../../src/state/channel";
import { createFacets } from "../../src/state/facets";
import { createStore } from "../../src/state/store";
import { createKernel, makeRecords } from "../fake/kernel.js";

const closing: AbortController[] = [];
const settled = () => vi.advanceTimersByTimeAsync(1_000);

async function shown(wide = true) {
  const made = createKernel({ records: makeRecords(120) });
  const abort = new AbortController();
  closing.push(abort);
  const channel = openChannel(made.model as never, abort.signal);
  const store = createStore(channel);
  const facets = createFacets(channel, store, abort.signal);
  facets.visible.value = wide;
  await store.load(store.asked.value);
  await settled();
  const asked = () => made.kernel.requests.filter(({ method }) => (method as string) === "facets");
  return { ...made, store, facets, asked };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const one of closing.splice(0)) one.abort();
  vi.useRealTimers();
});

describe("what is asked for", () => {
  test("only open facets are counted, and none while the panel is closed", async () => {
    const { facets, asked } = await shown(false);
    expect(asked()).toHaveLength(0);
    facets.visible.value = true;
    await settled();
    expect(asked().at(-1)?.params).toMatchObject({ confusion: false });
    const [{ params }] = asked().slice(-1) as unknown as [{ params: { facets: string[] } }];
    const names = params.facets;
    expect(names).toContain("status");
    expect(names).not.toContain("metadata.words");
  });

  test("gestures in a row are one question, and turning a page is none", async () => {
    const { store, facets, asked } = await shown();
    const before = asked().length;
    facets.toggle("metadata.words");
    facets.toggle("metadata.split");
    await settled();
    expect(asked()).toHaveLength(before + 1);
    await store.goTo(2);
    await settled();
    expect(asked()).toHaveLength(before + 1);
  });

  test("an older answer does not overwrite a newer one", async () => {
    const { kernel, store, facets } = await shown();
    kernel.hold = ["facets"];
    await store.search("predicted:ok");
    await settled();
    await store.search("predicted:ko");
    await settled();
    kernel.release([1, 0]);
    await settled();
    const values = facets.results.value.get("predicted")?.values;
    expect(values?.map(({ value }) => value)).toEqual(["ko"]);
  });

  test("a failure is said, and the next question is asked all the same", async () => {
    const { kernel, store, facets } = await shown();
    kernel.refuse = { facets: new Error("no room") };
    await store.search("film");
    await settled();
    expect(facets.error.value).toBe("no room");
    kernel.refuse = null;
    await store.search("movie");
    await settled();
    expect(facets.error.value).toBeNull();
  });

  test("a filter narrows the page and the other facets, and is the trait", async () => {
    const { model, store, facets } = await shown();
    const all = facets.results.value.get("predicted")?.values;
    await facets.filter(toggled(store.asked.value.filters, "predicted", "ko"));
    await settled();
    expect(model.get("filters")).toEqual({ predicted: ["ko"] });
    expect(store.records.value.every(({ predicted }) => predicted === "ko")).toBe(true);
    expect(facets.results.value.get("predicted")?.values).toEqual(all);
    const split = facets.results.value.get("annotated_as")?.values.map(({ ok }) => ok);
    expect(split?.every((ok) => ok === 0)).toBe(true);
  });
});

describe("filters as data", () => {
  test("values are added and taken away; the last one takes the filter with it", () => {
    const one = toggled({ a: ["x"] }, "a", null);
    expect(one).toEqual({ a: ["x", null] });
    expect(toggled(toggled(one, "a", "x"), "a", null)).toEqual({});
  });

  test("bounds may be open, and both open are no filter", () => {
    expect(between({}, "n", { from: 1, to: null })).toEqual({ n: { from: 1 } });
    expect(between({ n: { from: 1 } }, "n", { from: null })).toEqual({});
  });

  test("records without a value are kept beside a range, or alone", () => {
    const both = toggled({ n: { from: 1, below: 2 } }, "n", null);
    expect(both).toEqual({ n: { from: 1, below: 2, missing: true } });
    expect(between(both, "n", { to: 9 })).toEqual({ n: { to: 9, missing: true } });
    expect(between(both, "n", {})).toEqual({ n: [null] });
    expect(between({ n: [null] }, "n", { from: 1 })).toEqual({ n: { from: 1, missing: true } });
    expect(toggled(both, "n", null)).toEqual({ n: { from: 1, below: 2 } });
  });

  test("a bar's bounds are its own: the next bar's edge is not in it", () => {
    expect(boundsOf([5, 6, 7], "integer", 0, 0)).toEqual({ from: 5, to: 5 });
    expect(boundsOf([5, 6, 7], "integer", 0, 1)).toEqual({ from: 5, to: 6 });
    expect(boundsOf([0, 2.5, 5], "integer", 0, 0)).toEqual({ from: 0, to: 2 });
    expect(boundsOf([0, 2.5, 5], "integer", 1, 1)).toEqual({ from: 3, to: 5 });
    expect(boundsOf([0, 0.5, 1, 2], "number", 0, 0)).toEqual({ below: 0.5 });
    expect(boundsOf([0, 0.5, 1, 2], "number", 1, 1)).toEqual({ from: 0.5, below: 1 });
    expect(boundsOf([0, 0.5, 1, 2], "number", 1, 2)).toEqual({ from: 0.5 });
    expect(boundsOf([0, 0.5, 1, 2], "number", 0, 2)).toEqual({ from: 0, to: 2 });
  });

  test("a range is drawn over the bars that it keeps records of", () => {
    const edges = [0, 0.5, 1, 2];
    const drawn = (range: object) =>
      [0, 1, 2].map((at) => meets(range, boundsOf(edges, "number", at, at)));
    expect(drawn({ from: 0.5, below: 1 })).toEqual([false, true, false]);
    expect(drawn({ from: 0.5, to: 1 })).toEqual([false, true, true]);
    expect(drawn({ below: 0.6 })).toEqual([true, true, false]);
    expect(meets({ to: "2021-03" }, { from: "2021-03-10", below: "2021-03-20" })).toBe(true);
  });

  test("a filter is said in words", () => {
    expect(described("annotated_as", ["a", null])).toBe("annotated as a or nothing");
    expect(described("metadata.len", { from: 5, to: 20 })).toBe("len 5 to 20");
    expect(described("score", { to: 0.5 })).toBe("score up to 0.5");
    expect(described("score", { below: 0.5, missing: true })).toBe("score below 0.5 or nothing");
    expect(described("score", { from: 0.5, below: 0.6 })).toBe("score 0.5 to below 0.6");
    expect(described("metadata.stars", { from: 3, to: 3 })).toBe("stars is 3");
  });
});
