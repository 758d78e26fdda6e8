// @vitest-environment jsdom
import type { RenderProps } from "@anywidget/types";
import { expect, test, vi } from "vitest";
import type { Traits } from "../../src/protocol";
import widget from "../../src/widget";
import { createKernel, makeRecords } from "../fake/kernel.js";

function show() {
  const { model } = createKernel({ records: makeRecords(60) });
  const el = document.createElement("div");
  document.body.append(el);
  const closing = new AbortController();
  const props = { model, el, signal: closing.signal } as unknown as RenderProps<Traits>;
  const clean = widget.render(props);
  const root = el.firstElementChild?.shadowRoot as ShadowRoot;
  const close = () => {
    closing.abort();
    clean();
  };
  return { model, el, root, close };
}

test("works where there is no popover, no dialog, no observer of sizes and no shared stylesheet", async () => {
  const { el, root, close } = show();
  await vi.waitFor(() => expect(root.querySelectorAll("tr[data-record]")).toHaveLength(50));
  root.querySelector<HTMLElement>(".annotation")?.click();
  await vi.waitFor(() => expect(root.querySelectorAll("[role=option]")).toHaveLength(2));
  root.querySelector<HTMLElement>("[aria-label='Keyboard help']")?.click();
  expect(root.querySelector("style")).not.toBeNull();
  close();
  expect(el.childElementCount).toBe(0);
});

test("nothing is asked for, and nothing awaited, before a view is rendered", () => {
  expect(Object.keys(widget)).toEqual(["render"]);
  const { root, close } = show();
  expect(root.querySelector("table")).not.toBeNull();
  close();
});
