import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import type { PlotProps, Sent } from "../lib/drawing";
import { keepsMissing, spoken, toggled } from "../lib/filters";
import { count } from "../lib/format";
import type { ChartResult } from "../protocol";
import type { ChartName, Charts } from "../state/charts";
import type { Room, Runtime } from "../state/runtime";
import { NEEDS_KERNEL } from "../state/view";
import { Menu } from "./Menu";
import { type Choose, type Marks, marksOf } from "./marks";
import { Table } from "./Table";

const TITLES: { [name in ChartName]: string } = {
  confusion_matrix: "Confusion matrix",
  scores: "Score",
  reliability: "Reliability",
  labels: "Annotated as",
  text_length: "Text length",
  words: "Words that mark wrong records",
  field: "Field",
};
const ROOMY = 8; // labels from which a matrix gets a row of its own

/** One chart: asked for while it is in sight, drawn to its width, or what keeps it from that. */
export function Card({ store, charts, name }: Room & { name: ChartName }) {
  const card = useRef<HTMLElement>(null);
  const width = useSignal(0);
  const table = useSignal(false);
  const title = useId();
  useSight(card, (seen) => charts.see(name, seen));
  useWidth(card, (pixels) => {
    width.value = pixels;
  });
  const answer = charts.answers.value.get(name);
  const result = answer?.result ?? null;
  const { filters } = store.asked.value;
  const marks = useMemo(() => (result ? marksOf(result, filters) : null), [result, filters]);
  const label = name === "field" ? spoken(charts.field()) : TITLES[name];
  const wide = result?.kind === "matrix" && result.values.length > ROOMY;
  return (
    <article
      ref={card}
      class="chart"
      data-chart={name}
      data-wide={wide}
      aria-labelledby={title}
      aria-busy={answer?.loading ?? true}
    >
      <div class="chart-head">
        <h3 id={title}>{TITLES[name]}</h3>
        {name === "field" && <Picker charts={charts} />}
        <span class="muted number">{result && remark(result)}</span>
        {result?.spec && (
          <Menu store={store} charts={charts} result={result} width={width.value} table={table} />
        )}
      </div>
      {answer?.error && (
        <p role="alert" class="bad">
          Not drawn: {answer.error}
        </p>
      )}
      {!answer?.error && !result && (
        <p class="muted waiting">{charts.gone.value ? NEEDS_KERNEL : "Counting…"}</p>
      )}
      {result?.why && <p class="muted">{capital(result.why)}.</p>}
      {result?.spec && marks && (
        <Body
          result={result as ChartResult & Sent}
          marks={marks}
          charts={charts}
          width={width.value}
          label={label}
          asTable={table.value}
        />
      )}
      {result?.spec && result.missing > 0 && (
        <button
          type="button"
          class="plain"
          aria-pressed={keepsMissing(filters[result.fields[0] ?? ""])}
          onClick={() => void charts.filter(toggled(filters, result.fields[0] ?? "", null))}
        >
          without: {count(result.missing)}
        </button>
      )}
    </article>
  );
}

type BodyProps = {
  result: ChartResult & Sent;
  marks: Marks;
  charts: Charts;
  width: number;
  label: string;
  asTable: boolean;
};

function Body({ result, marks, charts, width, label, asTable }: BodyProps) {
  const choose: Choose = (filters, word) =>
    void (word === undefined ? charts.filter(filters) : charts.narrow(word));
  const runtime = charts.runtime.value;
  const look = charts.look.value;
  const failure = charts.failure.value;
  if (asTable || failure || (charts.gone.value && !runtime)) {
    return (
      <>
        {failure && (
          <p role="alert" class="bad">
            Shown as a table: {failure.message}. <code>{result.python}</code> draws it in a cell.
          </p>
        )}
        <Table marks={marks} label={label} choose={choose} />
      </>
    );
  }
  if (!runtime || !look || width === 0) return <p class="muted waiting">Fetching what draws…</p>;
  return (
    <Plot
      runtime={runtime}
      sent={result}
      look={look}
      width={width}
      label={label}
      {...marks}
      choose={(index, end) => {
        const mark = marks.marks[index];
        if (mark) choose(mark.filters(end), mark.word);
      }}
    />
  );
}

/** A place that the runtime draws in. */
function Plot({ runtime, ...props }: PlotProps & { runtime: Runtime }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current) runtime.plot(place.current, props);
  });
  useEffect(() => {
    const el = place.current;
    return () => el && runtime.plot(el, null);
  }, []);
  return <div ref={place} />;
}

function Picker({ charts }: { charts: Charts }) {
  return (
    <select
      aria-label="Field to draw"
      value={charts.field()}
      onChange={(event) => charts.choose(event.currentTarget.value)}
    >
      {charts.fields().map((name) => (
        <option key={name} value={name}>
          {spoken(name)}
        </option>
      ))}
    </select>
  );
}

function remark({ kind, error, left_out, values }: ChartResult): string {
  if (error !== null) return `expected calibration error ${error.toFixed(3)}`;
  if (left_out === 0) return "";
  const most = kind === "matrix" ? "most confused" : kind === "words" ? "surest" : "commonest";
  return `the ${values.length} ${most}; ${count(left_out)} left out`;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

function useSight(card: { current: HTMLElement | null }, tell: (seen: boolean) => void) {
  useEffect(() => {
    const el = card.current;
    if (!el) return;
    const observer = new IntersectionObserver((entries) => {
      tell(entries.at(-1)?.isIntersecting ?? false);
    });
    observer.observe(el);
    return () => {
      observer.disconnect();
      tell(false);
    };
  }, []);
}

function useWidth(card: { current: HTMLElement | null }, tell: (pixels: number) => void) {
  useEffect(() => {
    const el = card.current;
    if (!el) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) tell(Math.floor(entry.contentRect.width));
    });
    observer.observe(el);
    return () => observer.disconnect();
  }, []);
}
