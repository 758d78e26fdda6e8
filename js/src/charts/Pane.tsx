import { useEffect, useRef } from "preact/hooks";
import { CHARTS } from "../state/charts";
import type { AnalysisRoom, Room } from "../state/runtime";
import { NEEDS_KERNEL } from "../state/view";
import { Card } from "./Card";

/** All charts of what is shown; each is counted while it is in sight. */
export function Pane({ store, charts }: Room) {
  return (
    <div class="charts-pane">
      <p class="key muted" aria-hidden="true">
        <span class="swatch ok" /> right <span class="swatch ko" /> wrong <span class="swatch" />{" "}
        neither
      </p>
      <div class="chart-grid">
        {CHARTS.map((name) => (
          <Card key={name} name={name} store={store} charts={charts} />
        ))}
      </div>
    </div>
  );
}

/** Analyses, which come with what draws charts, and above all tabs what was chosen in them. */
export function Analysis(room: AnalysisRoom) {
  const { store, charts } = room;
  const place = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const runtime = charts.runtime.value;
  const failure = charts.failure.value;
  useEffect(
    () =>
      place.current && bar.current
        ? runtime?.analysis(place.current, bar.current, room)
        : undefined,
    [runtime, store, charts],
  );
  return (
    <>
      <div ref={bar} />
      <div
        ref={place}
        role="tabpanel"
        id="panel-analysis"
        aria-labelledby="tab-analysis"
        hidden={charts.sight.value !== "analysis"}
      >
        {failure && !runtime && (
          <p role="alert" class="bad">
            Not shown: {failure.message}. In a cell: <code>analysis.scores(ex)</code>.
          </p>
        )}
        {!failure && !runtime && (
          <p class="muted waiting">{charts.gone.value ? NEEDS_KERNEL : "Fetching the analyses…"}</p>
        )}
      </div>
    </>
  );
}
