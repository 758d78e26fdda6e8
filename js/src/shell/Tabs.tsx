import { useLayoutEffect, useRef } from "preact/hooks";
import type { Charts } from "../state/charts";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";

const TABS = [
  { name: "records", title: "Records", key: "Esc" },
  { name: "charts", title: "Charts", key: "C" },
  { name: "analysis", title: "Analysis", key: "E" },
] as const;

/** Records, charts or analysis, above all; arrows change between them. */
export function Tabs({ store, charts }: { store: Store; charts: Charts }) {
  const list = useRef<HTMLDivElement>(null);
  const { on, turn } = store.focus.value;
  const served = useRef(turn);
  const focus = () =>
    queueMicrotask(() =>
      list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus(),
    );
  useLayoutEffect(() => {
    if ((on !== "charts" && on !== "analysis") || served.current === turn) return;
    served.current = turn;
    if (charts.off.value) return store.say(NEEDS_KERNEL);
    charts.tab.value = on;
    focus();
  }, [on, turn, store, charts]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    if (charts.off.value) return;
    const at = TABS.findIndex(({ name }) => name === charts.tab.value);
    const to = at + (event.key === "ArrowLeft" ? TABS.length - 1 : 1);
    charts.tab.value = TABS[to % TABS.length]?.name ?? "records";
    focus();
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label="View" onKeyDown={onKeyDown}>
      {TABS.map((tab) => {
        const selected = charts.sight.value === tab.name;
        const needs = tab.name !== "records" && charts.off.value;
        return (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`tab-${tab.name}`}
            aria-controls={`panel-${tab.name}`}
            aria-selected={selected}
            tabIndex={selected ? 0 : -1}
            disabled={needs}
            title={needs ? NEEDS_KERNEL : `${tab.title} (${tab.key})`}
            onClick={() => {
              charts.tab.value = tab.name;
            }}
          >
            {tab.title}
          </button>
        );
      })}
    </div>
  );
}
