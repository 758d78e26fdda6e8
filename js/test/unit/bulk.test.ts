import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAnnotator } from "../../src/state/annotate";
import { createBulk } from "../../src/state/bulk";
import { openChannel } from "../../src/state/channel";
import { inWords, replace } from "../../src/state/edits";
import { createStore } from "../../src/state/store";
import { createKernel, makeRecords } from "../fake/kernel.js";

async function shown() {
  const made = createKernel({ records: makeRecords(120) });
  const closing = new AbortController();
  const channel = openChannel(made.model as never, closing.signal);
  const store = createStore(channel);
  const annotator = createAnnotator(channel, store, closing.signal);
  const bulk = createBulk(channel, store, annotator);
  await store.load(store.asked.value);
  await settled();
  const sent = (method: string) =>
    made.kernel.requests.filter((one) => one.method === method).map(({ params }) => params);
  return { ...made, store, annotator, bulk, sent };
}
const settled = () => vi.advanceTimersByTimeAsync(1_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("records that are meant", () => {
  test("those in sight are changed at once, each as it was seen", async () => {
    const { store, bulk, sent } = await shown();
    store.select(["r1", "r2"]);
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    expect(bulk.preview.value).toBeNull();
    expect(sent("edit")[0].edits).toHaveLength(2);
    expect(store.said.value).toMatchObject({ text: "Discarded 2 records", undo: true });
  });

  test("those of other pages are changed as well, after a look", async () => {
    const { kernel, store, bulk, sent } = await shown();
    store.select(["r1", "r70", "r110"]);
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    expect(bulk.preview.value?.plan).toMatchObject({ count: 3, changes: 3 });
    expect(kernel.records.get("r70").status).not.toBe("Discarded");
    await bulk.confirm(" doubtful ");
    await settled();
    expect(sent("change")[0]).toMatchObject({
      scope: { ids: ["r1", "r70", "r110"], view: null },
      reason: "doubtful",
    });
    for (const id of ["r1", "r70", "r110"]) {
      expect(kernel.records.get(id).status).toBe("Discarded");
    }
    expect(store.records.value[1]?.status).toBe("Discarded");
    expect(store.said.value).toMatchObject({ text: "Discarded 3 records", undo: true });
  });

  test("all that match go as a view, without ids", async () => {
    const { store, bulk, sent } = await shown();
    store.scope.value = "all";
    bulk.act(bulk.meant.value, replace("annotation", ["positive"]));
    await settled();
    const { scope } = sent("plan")[0];
    expect(scope.ids).toBeNull();
    expect(scope.view).toEqual(store.shown.value);
  });

  test("a scope lasts no longer than the query it was chosen in", async () => {
    const { store } = await shown();
    store.scope.value = "all";
    await store.goTo(2);
    await settled();
    expect(store.scope.value).toBe("all");
    await store.search("film");
    expect(store.scope.value).toBe("selected");
    store.scope.value = "page";
    await store.goTo(2);
    await settled();
    expect(store.scope.value).toBe("selected");
  });
});

describe("what was agreed to", () => {
  test("is not done to records that changed meanwhile: it is shown anew", async () => {
    const { kernel, store, bulk, sent } = await shown();
    store.scope.value = "all";
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    kernel.changeElsewhere("r3", { status: "Discarded" }, { quietly: true });
    await bulk.confirm("");
    await settled();
    expect(kernel.records.get("r4").status).not.toBe("Discarded");
    expect(bulk.preview.value?.note).toContain("Records changed meanwhile");
    expect(bulk.preview.value?.plan?.changes).toBe(119);
    await bulk.confirm("");
    await settled();
    expect(kernel.records.get("r4").status).toBe("Discarded");
    expect(sent("change").map(({ change_id }) => change_id)).toHaveLength(2);
  });

  test("is done once by a double click, and undone by one step", async () => {
    const { kernel, store, annotator, bulk, sent } = await shown();
    store.scope.value = "all";
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    void bulk.confirm("");
    void bulk.confirm("");
    await settled();
    expect(sent("change")).toHaveLength(1);
    annotator.step("undo");
    await settled();
    expect(kernel.records.get("r100").status).not.toBe("Discarded");
  });

  test("is nothing where one leaves it, or the kernel refuses", async () => {
    const { kernel, store, bulk, sent } = await shown();
    store.scope.value = "all";
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    bulk.close();
    expect(bulk.preview.value).toBeNull();
    bulk.act(bulk.meant.value, replace("status", "Discarded"));
    await settled();
    kernel.refuse = { change: { type: "StorageError", message: "the disk is full" } };
    await bulk.confirm("");
    expect(sent("change")).toHaveLength(1);
    expect(bulk.preview.value).toBeNull();
    expect(store.said.value).toMatchObject({
      text: "Nothing was changed: the disk is full",
      tone: "bad",
    });
  });
});

test("after an undo of more records than are told the page is asked anew", async () => {
  const { annotator, bulk, store, kernel } = await shown();
  store.scope.value = "all";
  bulk.act(bulk.meant.value, replace("comment", "seen"));
  await settled();
  await bulk.confirm("");
  await settled();
  expect(store.records.value.map(({ comment }) => comment)).toEqual(Array(50).fill("seen"));
  kernel.told = 10;
  annotator.step("undo");
  await settled();
  expect(store.records.value.map(({ comment }) => comment)).toEqual(Array(50).fill(null));
});

test("words say what is to be done, and what was done", () => {
  expect(inWords(replace("status", "Default"), 2)).toBe("Restore 2 records");
  expect(inWords(replace("comment", "so"), 1, true)).toBe("Commented on 1 record");
  expect(inWords(replace("annotation", null), 3, true)).toBe("Removed the annotation of 3 records");
  const action = { field: "annotation", how: "alter", new: ["a"], without: ["b"] } as const;
  expect(inWords({ ...action, new: ["a"], without: ["b"] }, 1_000)).toBe(
    "Change 1,000 records: + a, − b",
  );
});
