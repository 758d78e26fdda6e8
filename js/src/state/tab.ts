/** What is in sight: the same in every view of the explorer, and in Python. */
import { batch, effect } from "@preact/signals";
import type { Traits } from "../protocol";
import type { Channel } from "./channel";
import type { Charts } from "./charts";

export function followTab(channel: Channel, { tab, analysis }: Charts, abort: AbortSignal) {
  const now = (): Pick<Traits, "tab" | "analysis"> => ({
    tab: channel.get("tab") ?? "records",
    analysis: channel.get("analysis") ?? "scores",
  });
  const read = () =>
    batch(() => {
      tab.value = now().tab;
      analysis.value = now().analysis;
    });
  read();
  channel.onTraits(read);
  const stop = effect(() => {
    const wanted = { tab: tab.value, analysis: analysis.value };
    if (JSON.stringify(wanted) !== JSON.stringify(now())) channel.set(wanted);
  });
  abort.addEventListener("abort", stop);
}
