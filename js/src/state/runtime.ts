/** The bundle that draws charts: fetched from the kernel once for all explorers of a page. */
import type { Look, PlotProps, Sent } from "../lib/drawing";
import type { Annotator } from "./annotate";
import type { Channel } from "./channel";
import type { Charts } from "./charts";
import type { Store } from "./store";

/** The explorer that a chart or an analysis stands in. */
export type Room = { store: Store; charts: Charts };

/** An analysis may change records too. */
export type AnalysisRoom = Room & { annotator: Annotator };

export type Runtime = {
  /** Draws a chart in a place, with marks to point at over it; null leaves the place. */
  plot(el: HTMLElement, props: PlotProps | null): void;
  picture(sent: Sent, look: Look, width: number, form: "png" | "svg"): Promise<Blob>;
  /** Shows the analyses, and in a bar what was chosen in them; returns how to leave. */
  analysis(el: HTMLElement, bar: HTMLElement, room: AnalysisRoom): () => void;
};

const HELD = Symbol.for("rubrix_widget.charts"); // each widget may have its own copy of this module

type Page = { [HELD]?: Map<string, Promise<Runtime>> };

/** The page's security policy, or the bundle, refuses to be run. */
class RefusedError extends Error {}

export function loadRuntime(channel: Channel, name: string): Promise<Runtime> {
  const page = globalThis as Page;
  page[HELD] ??= new Map();
  const held = page[HELD];
  let runtime = held.get(name);
  if (!runtime) {
    runtime = fetchRuntime(channel);
    held.set(name, runtime);
    runtime.catch(() => held.delete(name)); // asked for again by the next chart
  }
  return runtime;
}

async function fetchRuntime(channel: Channel): Promise<Runtime> {
  const { buffers } = await channel.call("runtime", {}, { background: true });
  const [packed] = buffers;
  if (!packed) throw new Error("the kernel sent no runtime");
  const bytes = packed as unknown as BlobPart;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).arrayBuffer();
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await import(url)) as Runtime;
  } catch (error) {
    throw new RefusedError(`this page does not let the charts' runtime run (${error})`);
  } finally {
    URL.revokeObjectURL(url);
  }
}
