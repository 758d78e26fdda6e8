/** What is in sight: the same in every view of the explorer, and in Python. */
import { batch, effect } from "@preact/signals";
import type { Channel } from "./channel";
import type { Charts } from "./charts";

export type Sight = Pick<Charts, "tab" | "analysis" | "options">;

export function followTab(channel: Channel, sight: Sight, abort: AbortSignal) {
  const now = () => ({
    tab: channel.get("tab") ?? "records",
    analysis: channel.get("analysis") ?? "scores",
    analysis_options: channel.get("analysis_options") ?? {},
  });
  const read = () =>
    batch(() => {
      sight.tab.value = now().tab;
      sight.analysis.value = now().analysis;
      sight.options.value = now().analysis_options;
    });
  read();
  channel.onTraits(read);
  const stop = effect(() => {
    const wanted = inSight(sight);
    if (JSON.stringify(wanted) !== JSON.stringify(now())) channel.set(wanted);
  });
  abort.addEventListener("abort", stop);
}

/** As the kernel calls it. */
export function inSight({ tab, analysis, options }: Sight) {
  return { tab: tab.value, analysis: analysis.value, analysis_options: options.value };
}
