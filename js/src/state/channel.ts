/** The one file that touches the widget's model: traits, requests, and whether anybody answers. */
import type { AnyModel } from "@anywidget/types";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Failure, KernelEvent, Method, Methods, Request, Response, Traits } from "../protocol";

/** After this long without an answer somebody waiting is told so, in words. */
export const BUSY_AFTER_MS = 400;
/** After this long without a word from the kernel, and then twice as long, everything is asked again. */
export const AGAIN_AFTER_MS = 10_000;

type EventHandler = Parameters<AnyModel["on"]>[1];
export type Life = "quiet" | "waiting" | "busy" | "gone";

/** The kernel said no: a query it cannot read, a value it does not accept. */
export class RequestError extends Error {
  readonly type: string;
  readonly start: number | null;
  readonly end: number | null;

  constructor(failure: Failure) {
    super(failure.message);
    this.type = failure.type;
    this.start = failure.start ?? null;
    this.end = failure.end ?? null;
  }
}

type Waiting = {
  request: Request;
  background: boolean;
  resolve: (result: never) => void;
  reject: (error: Error) => void;
};

export type Channel = {
  life: ReadonlySignal<Life>;
  get<K extends keyof Traits>(name: K): Traits[K];
  set(changes: Partial<Traits>): void;
  call<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    options?: { background?: boolean },
  ): Promise<Methods[M]["result"]>;
  /** Called once after any number of traits changed together, whoever changed them. */
  onTraits(listener: () => void): void;
  onChanged(listener: (version: number) => void): void;
  /** The views saved with the dataset changed. */
  onViews(listener: () => void): void;
  /** The connection came back, or went: a good time to look again. */
  onReconnect(listener: () => void): void;
};

const FOLLOWED: (keyof Traits)[] = [
  "query",
  "dialect",
  "filters",
  "sort",
  "page",
  "page_size",
  "selected",
  "clamp",
  "columns",
  "column_widths",
  "tab",
  "analysis",
  "analysis_options",
  "config",
];

/** What Jupyter's widget managers have, and no other host's. */
type JupyterKernel = { disposed: Record<"connect" | "disconnect", (hear: () => void) => boolean> };

/** A kernel shut down from elsewhere is known to the page, which tells no widget until one sends. */
function whenDisposed(model: AnyModel<Traits>, abort: AbortSignal, tell: () => void) {
  const manager = model.widget_manager as { kernel?: JupyterKernel | null } | undefined;
  const disposed = manager?.kernel?.disposed;
  disposed?.connect(tell);
  abort.addEventListener("abort", () => disposed?.disconnect(tell));
}

export function uniqueId(): string {
  // randomUUID exists only in secure contexts, and notebooks are served over plain http too
  return (
    globalThis.crypto?.randomUUID?.() ??
    `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  );
}

export function openChannel(model: AnyModel<Traits>, abort: AbortSignal): Channel {
  const life = signal<Life>("quiet");
  const waiting = new Map<string, Waiting>();
  const prefix = uniqueId(); // every view, in every browser, hears every answer
  const listeners = {
    traits: [] as (() => void)[],
    changed: [] as ((version: number) => void)[],
    views: [] as (() => void)[],
    reconnect: [] as (() => void)[],
  };
  let requests = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let patience = AGAIN_AFTER_MS;

  function rest() {
    clearTimeout(timer);
    clearTimeout(again);
  }

  /** Counts the silence anew: after a request, and after every word from the kernel. */
  function watch() {
    rest();
    if (life.value === "gone") return;
    if (waiting.size > 0) again = setTimeout(askAgain, patience);
    if (![...waiting.values()].some((one) => !one.background)) {
      life.value = "quiet";
      return;
    }
    if (life.value === "quiet") life.value = "waiting";
    timer = setTimeout(() => {
      life.value = "busy";
    }, BUSY_AFTER_MS);
  }

  /** A socket that drops loses what is under way, and says nothing when it is back. */
  function askAgain() {
    patience *= 2;
    again = setTimeout(askAgain, patience);
    for (const one of waiting.values()) send(one);
  }

  function send(one: Waiting) {
    try {
      model.send(one.request);
      if (life.value === "gone") life.value = "waiting";
    } catch {
      // "Cannot send": the comm is dead. Kept, and sent when it lives again.
      close();
    }
  }

  function onMessage(message: Response | KernelEvent | null | undefined, buffers?: DataView[]) {
    if (message?.kind === "event") {
      if (message.event === "changed") for (const hear of listeners.changed) hear(message.version);
      else if (message.event === "views") for (const hear of listeners.views) hear();
      return;
    }
    if (message?.kind !== "response") return;
    const one = waiting.get(message.id);
    if (!one) return;
    waiting.delete(message.id);
    patience = AGAIN_AFTER_MS;
    if (life.value !== "waiting") life.value = "quiet";
    watch();
    if ("error" in message) one.reject(new RequestError(message.error));
    else if (buffers?.length) one.resolve(Object.assign({ buffers }, message.result) as never);
    else one.resolve(message.result as never);
  }

  /** Whatever has no answer goes out again: the kernel changes nothing twice. */
  function resend() {
    life.value = "waiting";
    for (const one of waiting.values()) send(one);
    for (const hear of listeners.reconnect) hear();
    watch();
  }

  let told = false;
  function onTrait() {
    if (told) return;
    told = true;
    queueMicrotask(() => {
      told = false;
      if (!abort.aborted) for (const hear of listeners.traits) hear();
    });
  }

  function close() {
    rest();
    life.value = "gone";
  }
  const handlers: [name: string, handler: (...message: never[]) => void][] = [
    ["msg:custom", onMessage],
    ["comm_live_update", resend],
    ["comm:close", close],
    ...FOLLOWED.map((name): [string, () => void] => [`change:${name}`, onTrait]),
  ];
  for (const [name, handler] of handlers) model.on(name, handler as EventHandler);
  whenDisposed(model, abort, close);
  abort.addEventListener("abort", () => {
    rest();
    for (const [name, handler] of handlers)
      model.off(name as "msg:custom", handler as EventHandler);
  });

  return {
    life,
    get: (name) => model.get(name),
    set(changes) {
      for (const [name, value] of Object.entries(changes)) {
        model.set(name as keyof Traits, value as never);
      }
      try {
        model.save_changes();
      } catch {
        close();
      }
    },
    call(method, params, { background = false } = {}) {
      requests += 1;
      const id = `${prefix}:${requests}`;
      return new Promise((resolve, reject) => {
        const one: Waiting = {
          request: { kind: "request", id, method, params },
          background,
          resolve,
          reject,
        };
        waiting.set(id, one);
        send(one);
        watch();
      });
    },
    onTraits: (listener) => void listeners.traits.push(listener),
    onChanged: (listener) => void listeners.changed.push(listener),
    onViews: (listener) => void listeners.views.push(listener),
    onReconnect: (listener) => void listeners.reconnect.push(listener),
  };
}
