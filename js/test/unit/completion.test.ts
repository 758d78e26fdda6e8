// @vitest-environment jsdom
import type { RenderProps } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Traits } from "../../src/protocol";
import { earlier, REMEMBERED, remember } from "../../src/query/history";
import widget from "../../src/widget";
import { createKernel, makeRecords } from "../fake/kernel.js";

function show(name: string) {
  const { model, kernel } = createKernel({ records: makeRecords(60), config: { name } });
  const el = document.createElement("div");
  document.body.append(el);
  const closing = new AbortController();
  const props = { model, el, signal: closing.signal } as unknown as RenderProps<Traits>;
  const clean = widget.render(props);
  const root = el.firstElementChild?.shadowRoot as ShadowRoot;
  const box = root.querySelector("input") as HTMLInputElement;
  const close = () => {
    closing.abort();
    clean();
    el.remove();
  };
  return { model, kernel, root, box, close };
}

type Shown = ReturnType<typeof show>;
let open: Shown;
let tests = 0;
const settled = (ms = 200) => vi.advanceTimersByTimeAsync(ms);
const options = () => [...open.root.querySelectorAll("[role=option] .completion")];
const texts = () => options().map((one) => one.textContent);
async function type(text: string) {
  open.box.focus();
  open.box.value = text;
  open.box.setSelectionRange(text.length, text.length);
  open.box.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}
async function press(key: string) {
  const event = new KeyboardEvent("keydown", {
    key,
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  open.box.dispatchEvent(event);
  if (key === "Enter" && !event.defaultPrevented) open.box.form?.requestSubmit();
  await settled(50);
  return event;
}
const queries = () =>
  open.kernel.requests.filter(({ method }) => method === "page").map(({ params }) => params.query);

beforeEach(async () => {
  vi.useFakeTimers();
  tests += 1;
  open = show(`reviews ${tests}`);
  await settled();
});
afterEach(() => {
  open.close();
  vi.useRealTimers();
});

describe("completing", () => {
  test("an active option is accepted by Tab or Enter; then its values are offered", async () => {
    await type("pred");
    expect(texts()).toEqual(["predicted:", "predicted_as:"]);
    expect(open.box.getAttribute("aria-expanded")).toBe("true");
    await press("ArrowDown");
    expect(open.box.getAttribute("aria-activedescendant")).toBe("completion-0");
    await press("Tab");
    expect(open.box.value).toBe("predicted:");
    await settled();
    expect(texts()).toEqual(["ko", "ok"]);
    await press("ArrowDown");
    await press("Enter");
    expect(open.box.value).toBe("predicted:ko");
    expect(queries()).not.toContain("predicted:");
    await settled();
    await press("Enter");
    expect(queries()).toContain("predicted:ko");
  });

  test("Enter with no active option searches, and Tab goes on as ever", async () => {
    await type("pred");
    expect((await press("Tab")).defaultPrevented).toBe(false);
    await press("Enter");
    expect(queries()).toContain("pred");
    expect(options()).toHaveLength(0);
  });

  test("Escape closes the list and keeps the text and the focus", async () => {
    await type("pred");
    await press("Escape");
    expect(options()).toHaveLength(0);
    expect(open.box.value).toBe("pred");
    expect(open.root.activeElement).toBe(open.box);
  });

  test("the mouse accepts", async () => {
    await type("sco");
    open.root.querySelector<HTMLElement>("[role=option]")?.click();
    await settled(10);
    expect(open.box.value).toBe("score:");
    expect(open.box.selectionStart).toBe(6);
  });

  test("an older answer never replaces a newer one, nor comes after the list was closed", async () => {
    open.kernel.hold = ["complete"];
    await type("pred");
    await type("sc");
    open.kernel.release([1, 0]);
    await settled(0);
    expect(texts()).toEqual(["score:"]);
    await type("pre");
    await press("Escape");
    open.kernel.release();
    await settled(0);
    expect(options()).toHaveLength(0);
  });

  test("moving the caret closes the list", async () => {
    await type("pred");
    expect((await press("ArrowLeft")).defaultPrevented).toBe(false);
    expect(options()).toHaveLength(0);
  });
});

describe("a pause", () => {
  test("searches, once, and says nothing of a query that is not whole yet", async () => {
    await type("film");
    expect(queries()).not.toContain("film");
    await settled(1000);
    expect(queries().filter((one) => one === "film").length).toBeGreaterThan(0);
    await type("film AND (");
    await settled(1000);
    expect(queries()).toContain("film AND (");
    expect(open.root.querySelector("[role=alert]")).toBeNull();
    await press("Enter");
    expect(open.root.querySelector("[role=alert]")).not.toBeNull();
  });
});

test("a pause within a word that nothing has leaves the records; Enter shows that none has", async () => {
  const lines = () => open.root.querySelectorAll("tr[data-record]").length;
  await type("predicted:k"); // may become ko
  await settled(1_000);
  expect(queries()).toContain("predicted:k");
  expect(lines()).toBeGreaterThan(0);
  expect(open.model.get("query")).toBe("");
  await type("nothinghasthis"); // becomes nothing else
  await settled(1_000);
  expect(lines()).toBe(0);
  await type("predicted:k");
  await settled(1_000);
  await press("Enter");
  await settled();
  expect(open.model.get("query")).toBe("predicted:k");
});

test("a pause while an option is being chosen searches nothing", async () => {
  await type("pred");
  await press("ArrowDown");
  await settled(2000);
  expect(queries()).not.toContain("pred");
});

describe("history", () => {
  test("queries that were answered come back by ArrowUp in an empty box, newest first", async () => {
    for (const query of ["film", "movie", "film", "bad AND ("]) {
      await type(query);
      await press("Enter");
    }
    await type("");
    await press("ArrowUp");
    expect(texts()).toEqual(["film", "movie"]);
    await press("ArrowDown");
    await press("Enter");
    expect(open.box.value).toBe("movie");
    expect(queries().at(-1)).toBe("movie");
    expect(options()).toHaveLength(0);
  });

  test("is bounded, each query once, apart for each dataset, and survives without storage", () => {
    const set = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("refused");
    });
    for (let at = 0; at < 60; at += 1) remember("a", `q${at}`);
    remember("a", "q59");
    expect(earlier("a")).toHaveLength(REMEMBERED);
    expect(earlier("a")[0]).toBe("q59");
    expect(earlier("b")).toEqual([]);
    set.mockRestore();
  });
});
