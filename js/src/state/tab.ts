/** What is in sight: the same in every view of the explorer, and in Python. */
import { batch, effect } from "@preact/signals";
import type { Traits } from "../protocol";
import type { Channel } from "./channel";
import type { Charts } from "./charts";

export function followTab(channel: Channel, { tab, desk }: Charts, abort: AbortSignal) {
  const now = (): Pick<Traits, "tab" | "desk"> => ({
    tab: channel.get("tab") ?? "records",
    desk: channel.get("desk") ?? "scores",
  });
  const read = () =>
    batch(() => {
      tab.value = now().tab;
      desk.value = now().desk;
    });
  read();
  channel.onTraits(read);
  const stop = effect(() => {
    const wanted = { tab: tab.value, desk: desk.value };
    if (JSON.stringify(wanted) !== JSON.stringify(now())) channel.set(wanted);
  });
  abort.addEventListener("abort", stop);
}
