import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Edit, ManySelected, PageRecord } from "../../src/protocol";
import { createAnnotator } from "../../src/state/annotate";
import { createBulk } from "../../src/state/bulk";
import { openChannel } from "../../src/state/channel";
import { replace } from "../../src/state/edits";
import { perform } from "../../src/state/moves";
import { createStore } from "../../src/state/store";
import { leave } from "../../src/state/unsaved";
import { createKernel, makeRecords } from "../fake/kernel.js";

type Options = Parameters<typeof createKernel>[0];

function open(options: Options = {}) {
  const made = createKernel({ records: makeRecords(120), ...options });
  const closing = new AbortController();
  const channel = openChannel(made.model as never, closing.signal);
  const store = createStore(channel);
  const annotator = createAnnotator(channel, store, closing.signal);
  return { ...made, channel, store, annotator, bulk: createBulk(channel, store, annotator) };
}

async function shown(options: Options = {}) {
  const all = open(options);
  await all.store.load(all.store.asked.value);
  await vi.advanceTimersByTimeAsync(0);
  return all;
}
const settled = () => vi.advanceTimersByTimeAsync(1_000);
const first = ({ store }: ReturnType<typeof open>) => store.records.value[0] as PageRecord;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("pages", () => {
  test.each([false, true])(
    "the latest question wins, whatever the order of the answers (quiet: %s)",
    async (quietly) => {
      const { kernel, store } = await shown();
      kernel.hold = ["page"];
      void store.search("movie");
      void store.search("film", { quietly });
      await settled();
      kernel.release([1, 0]);
      await settled();
      expect(store.page.value?.reading).toBe("text has film");
      expect(store.asked.value.query).toBe("film");
    },
  );

  test("a query being written changes nothing before it is answered", async () => {
    const { kernel, store } = await shown();
    await store.goTo(2);
    kernel.hold = ["page"];
    void store.search("movie", { quietly: true });
    await settled();
    expect(store.asked.value).toMatchObject({ query: "", page: 2 });
    kernel.release();
    await settled();
    expect(store.asked.value).toMatchObject({ query: "movie", page: 1 });
  });

  test("a half-written query drops nothing that was asked in earnest", async () => {
    const { kernel, store } = await shown();
    kernel.hold = ["page"];
    void store.search("movie");
    void store.search("movie AND (film", { quietly: true });
    await settled();
    kernel.release();
    await settled();
    expect(store.page.value?.reading).toBe("text has movie");
    expect(store.asked.value.query).toBe("movie");
    expect(store.problem.value).toBeNull();
    expect(store.loading.value).toBe(false);
  });

  test("a query being written is still asked when others change the data meanwhile", async () => {
    const { kernel, store } = await shown();
    kernel.hold = ["page"];
    void store.search("film", { quietly: true });
    kernel.changeElsewhere("r0", { status: "Discarded" });
    await settled();
    kernel.hold = null;
    kernel.release();
    await settled();
    expect(store.page.value?.reading).toBe("text has film");
  });

  test("a page that is turned drops the query being written", async () => {
    const { kernel, store } = await shown();
    kernel.hold = ["page"];
    void store.search("film", { quietly: true });
    void store.goTo(3);
    await settled();
    kernel.release([1, 0]);
    await settled();
    expect(store.asked.value).toMatchObject({ query: "", page: 3 });
  });

  test("traits follow the answer, not the question", async () => {
    const { model, kernel, store } = await shown();
    kernel.hold = ["page"];
    void store.search("film");
    await settled();
    expect(model.get("query")).toBe("");
    kernel.release();
    await settled();
    expect(model.get("query")).toBe("film");
  });

  test("records that moved up, since others left the result, are not passed over", async () => {
    const { store, annotator } = await shown();
    await store.setPageSize(25);
    await store.search("predicted:ok");
    await settled();
    const [one, two, ...others] = store.records.value.map(({ id }) => id);
    const following = store.records.value.at(-1)?.id;
    annotator.act([one as string, two as string], replace("annotation", ["unheard of"])); // ko from now on
    await store.goTo(2);
    await settled();
    expect(store.page.value?.page).toBe(1);
    const ids = store.records.value.map(({ id }) => id);
    expect(ids.slice(0, 23)).toEqual(others);
    expect(ids).toHaveLength(25);
    expect(store.current.value).toBe(ids[ids.indexOf(following as string) + 1]);
    expect(store.said.value.text).toMatch(/^Page 1 again: 2 records moved up/);
    await store.goTo(2);
    await settled();
    expect(store.page.value?.page).toBe(2);
    expect(store.records.value.some(({ id }) => ids.includes(id))).toBe(false);
  });

  test("the next page is there before it is asked for", async () => {
    const { kernel, store } = await shown();
    expect(kernel.requests.map(({ params }) => params.page)).toEqual([1, 2]);
    kernel.silent = true;
    await store.goTo(2);
    expect(store.page.value?.page).toBe(2);
    expect(store.records.value[0]?.id).toBe("r50");
  });

  test("a page fetched ahead is not shown after a change", async () => {
    const all = await shown();
    all.annotator.act(["r0"], replace("annotation", ["positive"]));
    await settled();
    all.kernel.changeElsewhere("r50", { status: "Discarded" });
    await settled();
    await all.store.goTo(2);
    expect(all.store.records.value[0]?.status).toBe("Discarded");
  });

  test("a refused query leaves page and traits alone, and the next page is still the old query's", async () => {
    const { model, store } = await shown();
    await store.search("predicted:ko AND (score");
    expect(store.problem.value).toMatchObject({ start: 17, query: "predicted:ko AND (score" });
    expect(store.records.value).toHaveLength(50);
    expect(model.get("query")).toBe("");
    await store.goTo(2);
    expect(store.asked.value).toMatchObject({ query: "", page: 2 });
    expect(store.problem.value).toBeNull();
  });

  test("state set from Python is followed, and does not overwrite what is being typed", async () => {
    const { model, store } = await shown();
    model.set("query", "predicted:ko");
    await settled();
    expect(store.page.value?.reading).toBe("predicted is ko");
    expect(store.draft.value).toBe("predicted:ko");
    store.draft.value = "half a thou";
    model.set("query", "film");
    await settled();
    expect(store.page.value?.reading).toBe("text has film");
    expect(store.draft.value).toBe("half a thou");
  });

  test("the current record of a page is current again when one pages back", async () => {
    const { store } = await shown();
    store.current.value = "r7";
    await store.goTo(2);
    expect(store.current.value).toBe("r50");
    await store.goTo(1);
    expect(store.current.value).toBe("r7");
  });

  test("another page size keeps the first record in sight", async () => {
    const { store } = await shown();
    await store.goTo(3);
    await store.setPageSize(25);
    expect(store.page.value?.page).toBe(5);
    expect(store.records.value[0]?.id).toBe("r100");
  });

  test("what others changed is shown at once, and the hand stays", async () => {
    const { kernel, store } = await shown();
    store.current.value = "r3";
    kernel.changeElsewhere("r3", { annotation: ["changed"] });
    await settled();
    expect(store.records.value[3]?.annotation).toEqual(["changed"]);
    expect(store.current.value).toBe("r3");
  });

  test("a saved page is shown at once and gives way to the kernel's", async () => {
    const snapshot = { records: [{ id: "old" }], count: 120, total: 120, reading: "" };
    const { store } = open({ traits: { snapshot } });
    expect(store.source.value).toBe("snapshot");
    expect(store.editable.value).toBe(false);
    await store.load(store.asked.value);
    expect(store.records.value).toHaveLength(50);
    expect(store.editable.value).toBe(true);
  });
});

describe("annotating", () => {
  test("shows at once, saves, says so, and leaves the record where it is", async () => {
    const all = await shown({ traits: { query: "predicted:ko" } });
    const { id, prediction } = first(all);
    const label = prediction?.[0]?.[0] as string;
    all.annotator.act([id], replace("annotation", [label]));
    expect(first(all).annotation).toEqual([label]);
    expect(all.store.saving.value.has(`annotation ${id}`)).toBe(true);
    const before = all.store.page.value?.count as number;
    await settled();
    expect(all.store.saving.value.size).toBe(0);
    expect(first(all)).toMatchObject({ id, predicted: "ok", status: "Validated", version: 2 });
    expect(all.store.page.value?.count).toBe(before - 1);
    expect(all.store.said.value).toMatchObject({
      text: `Annotated 1 record as ${label}`,
      undo: true,
    });
  });

  test("twice in a hurry sends the second with the version that the first led to", async () => {
    const all = await shown();
    all.annotator.act(["r0"], replace("annotation", ["a"]));
    all.annotator.act(["r0"], replace("annotation", ["b"]));
    await settled();
    const edits = all.kernel.requests.filter(({ method }) => method === "edit");
    expect(edits.map(({ params }) => params.edits[0].version)).toEqual([1, 2]);
    expect(edits[1]?.params.edits[0].old).toEqual(["a"]);
    expect(first(all).annotation).toEqual(["b"]);
  });

  test("refused puts the old value back and says why", async () => {
    const all = await shown();
    const before = first(all).annotation;
    all.kernel.refuse = { edit: { type: "StorageError", message: "the disk is full" } };
    all.annotator.act(["r0"], replace("annotation", ["new"]));
    await settled();
    expect(first(all).annotation).toEqual(before);
    expect(all.annotator.failures.value.get("annotation r0")).toBe("the disk is full");
    expect(all.store.said.value).toMatchObject({
      tone: "bad",
      text: "Not saved: the disk is full",
    });
  });

  test("a record that somebody else changed meanwhile is a conflict with both values", async () => {
    const all = await shown();
    all.kernel.changeElsewhere("r0", { annotation: ["theirs"] }, { quietly: true });
    all.annotator.act(["r0"], replace("annotation", ["mine"]));
    await vi.advanceTimersByTimeAsync(0);
    expect(all.annotator.conflicts.value.get("annotation r0")).toMatchObject({
      yours: ["mine"],
      theirs: ["theirs"],
    });
    expect(first(all).annotation).toEqual(["theirs"]);
    perform("open_record", all.store, all.annotator, all.bulk);
    await settled();
    expect(first(all).annotation).toEqual(["mine"]);
    expect(all.annotator.conflicts.value.size).toBe(0);
  });

  test("a verdict that was left, contradicted and off the page: said by name, settled as a whole", async () => {
    const all = open();
    const made = { id: "r70", version: 0 };
    const edits: Edit[] = [
      { ...made, field: "annotation", old: null, new: ["mine"] },
      { ...made, field: "verdict", old: null, new: "label_wrong" },
    ];
    leave(all.store.config.value.token, [{ key: "left", kind: "edit", edits, sent: true }]);
    all.kernel.changeElsewhere("r70", { annotation: ["theirs"] }, { quietly: true });
    await all.store.load(all.store.asked.value);
    await settled();
    expect(all.store.said.value).toMatchObject({
      text: "Record r70 was changed by someone else meanwhile: choose which to keep",
      record: "r70",
    });
    await all.store.showRecord("r70", 2);
    all.annotator.resolve("annotation r70", "mine");
    await settled();
    const record = all.store.records.value.find(({ id }) => id === "r70");
    expect(record).toMatchObject({ annotation: ["mine"], verdict: "label_wrong" });
    expect(all.annotator.conflicts.value.size).toBe(0);
    expect(all.store.said.value.text).toBe("Judged 1 record as label wrong");
  });

  test("Escape in a conflict keeps theirs and sends nothing", async () => {
    const all = await shown();
    all.kernel.changeElsewhere("r0", { annotation: ["theirs"] }, { quietly: true });
    all.annotator.act(["r0"], replace("annotation", ["mine"]));
    await vi.advanceTimersByTimeAsync(0);
    const asked = all.kernel.requests.filter(({ method }) => method === "edit").length;
    perform("escape", all.store, all.annotator, all.bulk);
    await settled();
    expect(first(all).annotation).toEqual(["theirs"]);
    expect(all.kernel.requests.filter(({ method }) => method === "edit")).toHaveLength(asked);
  });

  test("made while the kernel is gone is kept and saved when it is back", async () => {
    const all = await shown();
    all.kernel.die();
    await settled();
    expect(all.store.life.value).toBe("gone");
    all.annotator.act(["r1"], replace("annotation", ["kept"]));
    expect(all.store.records.value[1]?.annotation).toEqual(["kept"]);
    all.kernel.revive();
    await settled();
    expect(all.kernel.records.get("r1").annotation).toEqual(["kept"]);
    expect(all.store.life.value).toBe("quiet");
    expect(all.store.saving.value.size).toBe(0);
  });

  test("undo and redo go through the kernel and tell what they did", async () => {
    const all = await shown();
    const before = first(all).annotation;
    all.annotator.act(["r0"], replace("annotation", ["other"]));
    all.annotator.step("undo");
    await settled();
    expect(first(all).annotation).toEqual(before);
    expect(all.store.said.value.text).toContain("Undid");
    expect(all.store.canRedo.value).toBe(true);
    all.annotator.step("redo");
    await settled();
    expect(first(all).annotation).toEqual(["other"]);
  });

  test("several selected records go in one request, without those that have the label", async () => {
    const all = await shown();
    all.annotator.act(["r0", "r1", "r2"], replace("annotation", ["x"]));
    await settled();
    all.annotator.act(["r0", "r1", "r2", "r3"], replace("annotation", ["x"]));
    await settled();
    const sent = all.kernel.requests.filter(({ method }) => method === "edit");
    expect(sent.map(({ params }) => params.edits.length)).toEqual([3, 1]);
    expect(all.store.said.value.text).toBe("Annotated 1 record as x");
  });

  test("a digit toggles a label where records have several", async () => {
    const labels = ["joy", "anger", "fear"];
    const records = makeRecords(3, { labels, multi: true });
    const all = await shown({ records, labels, multi_label: true });
    all.annotator.act(["r0"], replace("annotation", ["joy"]));
    await settled();
    perform("assign_label_3", all.store, all.annotator, all.bulk);
    await settled();
    expect(first(all).annotation).toEqual(["joy", "fear"]);
    perform("assign_label_1", all.store, all.annotator, all.bulk);
    await settled();
    expect(first(all).annotation).toEqual(["fear"]);
  });

  test("a digit without a label says so and sends nothing", async () => {
    const all = await shown();
    perform("assign_label_9", all.store, all.annotator, all.bulk);
    expect(all.store.said.value.text).toBe("There is no label 9");
    expect(all.kernel.requests.some(({ method }) => method === "edit")).toBe(false);
  });
});

test("many selected ids are told by request, and the state that is saved has the first of them", async () => {
  const ids = Array.from({ length: 3_000 }, (_, at) => `record number ${at}`);
  const { store, model, kernel } = open();
  store.select(ids);
  const told = model.get("selected") as ManySelected;
  expect(JSON.stringify(told).length).toBeLessThan(11_000);
  expect(told.ids).toEqual(ids.slice(0, told.ids.length));
  expect(kernel.requests.at(-1)?.params).toEqual({ name: told.name, ids });
  model.set("clamp", 5);
  await Promise.resolve();
  expect(store.selected.value).toEqual(ids);
  model.set("selected", { name: "another", ids: ["r1"] });
  await Promise.resolve();
  expect(store.selected.value).toEqual(["r1"]);
  kernel.selected = { name: "another", ids: ["r1", "r2"] };
  await vi.waitFor(() => expect(store.selected.value).toEqual(["r1", "r2"]));
  store.select(["r3"]);
  expect(model.get("selected")).toEqual(["r3"]);
});

test("selecting the page twice selects and frees it, and leaves other pages' records selected", async () => {
  const { model, store } = await shown();
  store.toggleSelected("r1");
  await store.goTo(2);
  store.toggleSelectedPage();
  expect(store.selected.value).toHaveLength(51);
  store.toggleSelectedPage();
  expect(model.get("selected")).toEqual(["r1"]);
});
