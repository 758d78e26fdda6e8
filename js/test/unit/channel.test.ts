import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AGAIN_AFTER_MS, BUSY_AFTER_MS, openChannel, RequestError } from "../../src/state/channel";
import { createKernel, makeRecords } from "../fake/kernel.js";

const VIEW = { query: "", dialect: "notebook", filters: {}, sort: [], page: 1, page_size: 25 };
const EDIT = { id: "r0", field: "status", version: 1, old: "Validated", new: "Discarded" } as const;

function open() {
  const { model, kernel } = createKernel({ records: makeRecords(60) });
  const closing = new AbortController();
  return { model, kernel, closing, channel: openChannel(model as never, closing.signal) };
}
const methods = (kernel: { requests: { method: string }[] }) =>
  kernel.requests.map(({ method }) => method);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a request", () => {
  test("is numbered and gets its own answer, in whatever order answers come", async () => {
    const { kernel, channel } = open();
    kernel.hold = ["page"];
    const first = channel.call("page", VIEW);
    const second = channel.call("page", { ...VIEW, page: 2 });
    await vi.waitFor(() => expect(kernel.held).toHaveLength(2));
    kernel.release([1, 0]);
    expect((await first).page).toBe(1);
    expect((await second).page).toBe(2);
  });

  test("that is refused rejects with the kernel's words and places", async () => {
    const { channel } = open();
    const refused = channel.call("page", { ...VIEW, query: "score:(" });
    await expect(refused).rejects.toMatchObject({ type: "QuerySyntaxError", start: 6, end: 7 });
    await expect(refused).rejects.toBeInstanceOf(RequestError);
  });

  test("does not take another view's answer for its own", () => {
    const { model, kernel, channel } = open();
    kernel.silent = true;
    let answered = false;
    void channel.call("page", VIEW).then(() => {
      answered = true;
    });
    model.trigger("msg:custom", { kind: "response", id: "somebody:1", result: {} }, []);
    model.trigger("msg:custom", null, []);
    expect(answered).toBe(false);
  });
});

describe("silence", () => {
  test("is called busy within half a second, waited out for ever, and over with the answer", async () => {
    const { kernel, channel } = open();
    kernel.silent = true;
    const asked = channel.call("page", VIEW);
    expect(channel.life.value).toBe("waiting");
    vi.advanceTimersByTime(BUSY_AFTER_MS - 1);
    expect(channel.life.value).toBe("waiting");
    vi.advanceTimersByTime(1);
    expect(BUSY_AFTER_MS).toBeLessThan(500);
    expect(channel.life.value).toBe("busy");
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(channel.life.value).toBe("busy");
    kernel.speak();
    await asked;
    expect(channel.life.value).toBe("quiet");
  });

  test("about a request in the background disturbs nobody", () => {
    const { kernel, channel } = open();
    kernel.silent = true;
    void channel.call("page", VIEW, { background: true });
    vi.advanceTimersByTime(60_000);
    expect(channel.life.value).toBe("quiet");
  });
});

describe("what a dropped socket lost", () => {
  test("is asked for again after a while, and less and less often", async () => {
    const { kernel, channel } = open();
    kernel.silent = true;
    const asked = channel.call("page", VIEW);
    void channel.call("page", VIEW, { background: true });
    kernel.waiting.length = 0; // the kernel never hears of them
    vi.advanceTimersByTime(AGAIN_AFTER_MS - 1);
    expect(kernel.requests).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(kernel.requests).toHaveLength(4);
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(kernel.requests.length).toBeLessThan(2 * 20);
    kernel.speak();
    await asked;
    expect(channel.life.value).toBe("quiet");
    const answered = kernel.requests.length;
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(kernel.requests).toHaveLength(answered);
  });
});

describe("a kernel that is gone", () => {
  test("keeps what could not be sent, and gets it after the reconnect", async () => {
    const { kernel, channel } = open();
    kernel.die();
    const asked = channel.call("edit", { edit_id: "e", edits: [EDIT] });
    expect(channel.life.value).toBe("gone");
    kernel.revive();
    expect((await asked).applied).toHaveLength(1);
    expect(methods(kernel)).toEqual(["edit"]);
  });

  test("gets an unanswered edit once more, under the same name, and applies it once", async () => {
    const { kernel, channel } = open();
    kernel.silent = true;
    const asked = channel.call("edit", { edit_id: "e", edits: [EDIT] });
    kernel.revive();
    expect(methods(kernel)).toEqual(["edit", "edit"]);
    kernel.speak();
    expect((await asked).applied).toHaveLength(1);
    expect(kernel.applied).toBe(1);
  });

  test("gets an unanswered undo once more, under the same id, and undoes one change", async () => {
    const { kernel, channel } = open();
    await channel.call("edit", { edit_id: "e", edits: [EDIT] });
    await channel.call("edit", { edit_id: "f", edits: [{ ...EDIT, version: 2, old: ["x"] }] });
    kernel.silent = true;
    const asked = channel.call("undo", { group: null, dry_run: false });
    kernel.revive();
    expect(methods(kernel)).toEqual(["edit", "edit", "undo", "undo"]);
    kernel.speak();
    expect(await asked).toMatchObject({ can_undo: true });
  });

  test("is noticed when its comm closes, and when state cannot be saved", () => {
    const closed = open();
    closed.model.trigger("comm:close");
    expect(closed.channel.life.value).toBe("gone");
    const dead = open();
    dead.model.dead = true;
    dead.channel.set({ clamp: 5 });
    expect(dead.channel.life.value).toBe("gone");
  });
});

test("a kernel that Jupyter's page has let go of is gone before anybody asks it", () => {
  const { model } = createKernel({ records: makeRecords(3) });
  const heard = new Set<() => void>();
  const disposed = {
    connect: (hear: () => void) => heard.add(hear),
    disconnect: (hear: () => void) => heard.delete(hear),
  };
  const closing = new AbortController();
  const managed = { ...model, widget_manager: { kernel: { disposed } } };
  const { life } = openChannel(managed as never, closing.signal);
  expect(life.value).toBe("quiet");
  for (const hear of heard) hear();
  expect(life.value).toBe("gone");
  closing.abort();
  expect(heard.size).toBe(0);
});

test("traits changed together are told together", async () => {
  const { model, channel } = open();
  const heard = vi.fn();
  channel.onTraits(heard);
  model.set("query", "a");
  model.set("page", 2);
  await Promise.resolve();
  expect(heard).toHaveBeenCalledOnce();
});

test("a view that closes leaves no listener behind", () => {
  const { model, closing } = open();
  expect(model.listening()).toBeGreaterThan(0);
  closing.abort();
  expect(model.listening()).toBe(0);
});
