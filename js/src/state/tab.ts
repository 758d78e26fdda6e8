/** Records or charts: the same in every view of the explorer, and in Python. */
import { effect, type Signal } from "@preact/signals";
import type { Channel } from "./channel";

export function followTab(channel: Channel, charts: Signal<boolean>, abort: AbortSignal) {
  const now = () => channel.get("tab") ?? "records";
  const read = () => {
    charts.value = now() === "charts";
  };
  read();
  channel.onTraits(read);
  const stop = effect(() => {
    const tab = charts.value ? "charts" : "records";
    if (tab !== now()) channel.set({ tab });
  });
  abort.addEventListener("abort", stop);
}
