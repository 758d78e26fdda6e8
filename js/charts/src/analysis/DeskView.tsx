import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Chart } from "./Chart";
import type { Analyses } from "./model";
import { Rows } from "./Rows";
import type { Kind } from "./registry";

/** One analysis: what it asks, how far it is, what it found. */
export function DeskView({ analyses, kind }: { analyses: Analyses; kind: Kind }) {
  const place = useRef<HTMLElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.floor(entry.contentRect.width);
    });
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const { name, title, asks, finds, view: Own } = kind;
  const work = analyses.work(name);
  const { result, failure, share } = work;
  const stale = analyses.stale(name);
  return (
    <article
      ref={place}
      class="desk"
      data-desk={name}
      aria-label={title}
      aria-busy={share !== null}
    >
      <div class="desk-head">
        <h3>{title}</h3>
        <span class="muted">{asks}</span>
        <Choices analyses={analyses} kind={kind} />
        {finds && share === null && (
          <button type="button" onClick={() => void analyses.begin(kind)}>
            {result ? "Find again" : "Find"}
          </button>
        )}
        {finds && share !== null && (
          <>
            <progress aria-label={title} value={share} />
            <button type="button" onClick={() => analyses.stop(name)}>
              Cancel
            </button>
          </>
        )}
        <span class="muted stale" role="status">
          {finds && stale && share === null ? told(work.of) : ""}
        </span>
      </div>
      {failure !== null && (
        <p role="alert" class="bad">
          Not answered: {failure}
        </p>
      )}
      {Own ? (
        <Own analyses={analyses} work={work} />
      ) : (
        <>
          {result?.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {result?.chart && (
            <Chart analyses={analyses} kind={kind} result={result} width={width.value} />
          )}
          {result && result.rows.length > 0 && (
            <Rows analyses={analyses} kind={kind} result={result} />
          )}
          {!result && failure === null && (
            <p class="muted waiting">
              {share === null && finds
                ? "Looks for them among the records that are shown."
                : "Counting…"}
            </p>
          )}
        </>
      )}
    </article>
  );
}

function Choices({ analyses, kind: { name, choices = [] } }: { analyses: Analyses; kind: Kind }) {
  return (
    <>
      {choices.map((choice) => (
        <label key={choice.name}>
          <span class="muted">{choice.title}</span>{" "}
          <select
            value={analyses.chosen(name)[choice.name] ?? ""}
            onChange={(event) => analyses.choose(name, choice.name, event.currentTarget.value)}
          >
            {choice.values.map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

function told({ query, filters }: { query: string; filters: object }): string {
  const filtered = Object.keys(filters).length > 0;
  const what = [...(query ? [query] : []), ...(filtered ? ["filters"] : [])].join(" with ");
  return `of what was shown before: ${what || "all records"}`;
}
