import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { tokenIn, withoutSecret, withToken } from "../../src/lib/address";
import { literal, relabelling, steps } from "../../src/lib/python";
import { words } from "../../src/share/Proposal";
import { AGAIN_AFTER_MS, openChannel } from "../../src/state/channel";
import { createExporting } from "../../src/state/exporting";
import { createSharing } from "../../src/state/sharing";
import { createStore } from "../../src/state/store";
import { createKernel, makeRecords } from "../fake/kernel.js";

describe("addresses", () => {
  test("a token is found beside foreign parts, and no other word is one", () => {
    expect(tokenIn("https://host/lab#top&rbx=rbx1.a_-b")).toBe("rbx1.a_-b");
    expect(tokenIn("https://host/lab?rbx=rbx1.a#top")).toBeNull();
    expect(tokenIn("https://host/lab#rbx=javascript:1")).toBeNull();
    expect(tokenIn("about:blank")).toBeNull();
  });

  test("it replaces the one that was there, and nothing else", () => {
    const once = withToken("https://host/lab?reset#A%20title&x=1", "rbx1.a");
    expect(once).toBe("https://host/lab?reset#A%20title&x=1&rbx=rbx1.a");
    expect(withToken(once, "rbx1.b")).toBe("https://host/lab?reset#A%20title&x=1&rbx=rbx1.b");
  });

  test("Jupyter's secret stays out of what is sent", () => {
    expect(withoutSecret("https://host/lab?a=1&token=s#t")).toBe("https://host/lab?a=1#t");
    expect(withoutSecret("https://host/lab?token=s#t")).toBe("https://host/lab#t");
    expect(withoutSecret("https://host/lab")).toBe("https://host/lab");
  });
});

describe("lines of Python", () => {
  test("values are written as Python writes them", () => {
    expect(literal({ a: [true, null, 1.5, 'it\'s "so"\n'] })).toBe(
      '{"a": [True, None, 1.5, "it\'s \\"so\\"\\n"]}',
    );
  });

  test("a gesture is what changed, without the page that follows from it", () => {
    const before = { query: "", filters: {}, page: 3, selected: [] };
    expect(steps(before, { ...before, query: "fine", page: 1 })).toEqual(['ex.query = "fine"']);
    expect(steps(before, { ...before, page: 1 })).toEqual(["ex.page = 1"]);
    expect(steps(before, { ...before, selected: ["r1"] })).toEqual(['ex.selected = ["r1"]']);
    expect(steps(before, before)).toEqual([]);
  });

  test("annotating is relabelling: one label, several, or none", () => {
    expect(relabelling("d", ["a"], ["1"], false)).toBe('rb.relabel("d", "a", ids=["1"])');
    expect(relabelling("d", ["a"], ["1"], true)).toBe('rb.relabel("d", ["a"], ids=["1"])');
    expect(relabelling("d", null, ["1"], true)).toBe('rb.relabel("d", None, ids=["1"])');
  });
});

test("a proposal is said in words", () => {
  const state = { filters: { predicted: ["ko"] }, sort: [["score", "desc"]], page: 2 };
  expect(words(state, "text has fine")).toBe(
    "text has fine, predicted is ko, sorted by score descending, page 2",
  );
  expect(words({}, "")).toBe("all records");
});

describe("with a kernel", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function open(options = {}) {
    const made = createKernel({ records: makeRecords(1204), ...options });
    const closing = new AbortController();
    const channel = openChannel(made.model as never, closing.signal);
    const store = createStore(channel);
    const saved: [content: Blob, name: string][] = [];
    const sharing = createSharing(channel, store, closing.signal, {
      tab: signal("records"),
      analysis: signal("scores"),
      options: signal({}),
    });
    const exporting = createExporting(channel, store, closing.signal, (...file) => {
      saved.push(file);
    });
    await store.load(store.asked.value);
    const settled = () => vi.advanceTimersByTimeAsync(1_000);
    await settled();
    return { ...made, store, sharing, exporting, saved, settled, closing };
  }

  test("a state that is shown is the whole view, what it leaves out included", async () => {
    const { store, sharing, model } = await open({ traits: { query: "film", page_size: 25 } });
    await sharing.show({ sort: [["score", "desc"]], columns: ["text"] });
    expect(store.asked.value.query).toBe("");
    expect(store.asked.value.page_size).toBe(50);
    expect(model.get("columns")).toEqual(["text"]);
    expect(store.layout.columns.value).toEqual(["text"]);
    expect(sharing.gesture.value.join()).toContain("ex.");
  });

  test("a file is all pieces in their order", async () => {
    const { exporting, saved, settled, store } = await open();
    void exporting.write("csv", null);
    await settled();
    expect(exporting.running.value).toBeNull();
    expect(saved).toHaveLength(1);
    const [[content, name]] = saved as [[Blob, string]];
    expect(name).toBe("sst2.csv");
    const ids = (await content.text()).trim().split("\n");
    expect(ids).toHaveLength(1204);
    expect(ids.slice(0, 2)).toEqual(["r0", "r1"]);
    expect(store.said.value.text).toBe("sst2.csv has 1,204 records");
  });

  test("a view without records is a file too", async () => {
    const { exporting, saved, settled, store } = await open();
    await store.search("nowhere to be found");
    void exporting.write("csv", null);
    await settled();
    expect(saved).toHaveLength(1);
  });

  test("what is cancelled is not saved, and the kernel is told", async () => {
    const { exporting, saved, settled, kernel } = await open();
    kernel.delay = 50;
    void exporting.write("csv", null);
    await vi.advanceTimersByTimeAsync(120);
    expect(exporting.running.value?.total).toBe(1204);
    exporting.cancel();
    await settled();
    expect(saved).toHaveLength(0);
    expect(kernel.requests.at(-1)?.params).toMatchObject({ do: "close" });
  });

  test("a connection lost on the way, or that lost answers, leaves the file whole", async () => {
    const { exporting, saved, settled, kernel } = await open();
    kernel.delay = 50;
    void exporting.write("csv", null);
    await vi.advanceTimersByTimeAsync(120);
    kernel.die();
    await settled(); // the answer to the second piece is lost
    kernel.revive();
    await vi.advanceTimersByTimeAsync(40);
    kernel.revive(); // and the request is on its way twice
    await settled();
    expect(saved).toHaveLength(1);
    const text = await saved[0]?.[0].text();
    expect(text?.trim().split("\n")).toEqual(Array.from({ length: 1204 }, (_, at) => `r${at}`));
    expect(kernel.requests.at(-1)?.params).toMatchObject({ do: "close" });
  });

  test("a socket that drops and says nothing leaves nobody waiting, for file or view", async () => {
    const { exporting, saved, sharing, settled, kernel, model } = await open();
    for (const lost of ["export", "views"]) {
      kernel.hold = [lost]; // answered, and the answer never arrives
      void exporting.write("csv", null);
      void sharing.change({ do: "save", name: "mine", state: {}, replace: false });
      await settled();
      kernel.held = [];
      kernel.hold = null;
      await vi.advanceTimersByTimeAsync(AGAIN_AFTER_MS);
    }
    expect(model.dead).toBe(false);
    expect(saved).toHaveLength(2);
    expect(sharing.views.value?.map(({ name }) => name)).toEqual(["mine"]);
  });

  test("views that change elsewhere are read again once the list was seen", async () => {
    const { sharing, settled, model, kernel } = await open();
    const asked = () => kernel.requests.filter(({ method }) => method === "views").length;
    model.trigger("msg:custom", { kind: "event", event: "views", version: 1 });
    await settled();
    expect(asked()).toBe(0);
    await sharing.change(null);
    model.trigger("msg:custom", { kind: "event", event: "views", version: 1 });
    await settled();
    expect(asked()).toBe(2);
  });
});
