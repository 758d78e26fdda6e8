/** Label errors reviewed: a record at a time, a key for each verdict. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Analyses } from "../analysis/model";
import { Card, Near } from "./Card";
import { type Entry, emptiness, moveOf, outlook, progress, VERDICTS } from "./judging";
import { createReview, type Review as Model } from "./model";
import { Yield } from "./Yield";

const DIGITS = 9; // labels that have a key

export function Review({ analyses }: { analyses: Analyses }) {
  const place = useRef<HTMLDivElement>(null);
  const review = useMemo(() => createReview(analyses), [analyses]);
  useEffect(() => review.close, [review]);
  useEffect(() => {
    const pane = place.current?.closest<HTMLElement>(".analysis");
    const press = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.matches("select, input, textarea"))
        return;
      const move = moveOf(event);
      if (!move) return;
      event.preventDefault(); // it is ours, and no move of the explorer
      if (!event.repeat) review.move(move); // a key that is held down judges once
    };
    pane?.addEventListener("keydown", press);
    return () => pane?.removeEventListener("keydown", press);
  }, [review]);

  const result = review.result.value;
  const entry = review.current.value;
  const failure = review.failure.value;
  const { agent, every } = review.chosen.value;
  return (
    <div ref={place} class="review">
      {failure !== null && (
        <p role="alert" class="bad">
          Not answered: {failure}{" "}
          <button type="button" class="link" onClick={review.ask}>
            Try again
          </button>
        </p>
      )}
      {!result && failure === null && <p class="muted waiting">Ranking…</p>}
      {result && (
        <>
          <p class="review-progress">{progress(result)}</p>
          {entry ? (
            <div class="review-record">
              <Card entry={entry} agent={agent} />
              <Near near={entry.near} />
            </div>
          ) : (
            <p class="review-empty">{emptiness(result)}</p>
          )}
          <Buttons review={review} entry={entry} analyses={analyses} />
          <p class="unseen" role="status">
            {spoken(review.said.value, entry)}
          </p>
          <p class="muted review-said" aria-hidden="true">
            {review.said.value}
          </p>
          {result.n > 0 && (
            <div class="review-outlook">
              {result.judged > 0 && <Yield {...result} />}
              <p class="review-estimate">{outlook(result, every)}</p>
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** What was done, and what lies before one's eyes now. */
function spoken(said: string, entry: Entry | null): string {
  if (!entry) return said;
  const texts = Object.values(entry.record.inputs).flat().join(" ").slice(0, 200);
  return `${said && `${said}. `}${texts}. Annotated as ${entry.record.annotation?.join(", ") || "nothing"}`;
}

// Not disabled: a button that has the focus keeps it, and with it the keys, whatever comes next.
type ButtonsProps = { review: Model; entry: Entry | null; analyses: Analyses };

function Buttons({ review, entry, analyses }: ButtonsProps) {
  const labels = analyses.labels.value;
  const able = entry !== null && !entry.saving && analyses.editable.value;
  const other = entry?.other?.join(", ") ?? null;
  return (
    <div class="review-buttons">
      <fieldset aria-label="Verdict">
        {VERDICTS.map(({ name, key, title }) => (
          <button
            key={name}
            type="button"
            class={name === "label_wrong" ? "strong" : undefined}
            aria-pressed={entry?.record.verdict === name}
            aria-keyshortcuts={key}
            aria-disabled={!able || (name === "label_wrong" && other === null)}
            onClick={() => review.move(name)}
          >
            <kbd>{key}</kbd> {title}
            {name === "label_wrong" && other !== null && (
              <>
                {" → "}
                <bdi>{other || "no label"}</bdi>
              </>
            )}
          </button>
        ))}
      </fieldset>
      <fieldset aria-label="Label wrong, and right is">
        {labels.length <= DIGITS ? (
          labels.map((label, place) => (
            <button
              key={label}
              type="button"
              class="plain"
              aria-keyshortcuts={String(place + 1)}
              title={`The label is wrong: it should be ${label}`}
              aria-disabled={!able}
              onClick={() => review.choose(place)}
            >
              <kbd>{place + 1}</kbd> <bdi>{label}</bdi>
            </button>
          ))
        ) : (
          <select
            aria-label="Label wrong, and right is"
            aria-disabled={!able}
            value=""
            onChange={(event) => {
              review.choose(Number(event.currentTarget.value));
              event.currentTarget.value = "";
            }}
          >
            <option value="">Label wrong, and right is…</option>
            {labels.map((label, place) => (
              <option key={label} value={String(place)}>
                {place < DIGITS ? `${place + 1} · ${label}` : label}
              </option>
            ))}
          </select>
        )}
      </fieldset>
      <fieldset aria-label="Go on">
        <button
          type="button"
          class="plain"
          aria-keyshortcuts="k"
          aria-disabled={review.at.value === 0}
          onClick={() => review.move("previous")}
        >
          <kbd>k</kbd> Previous
        </button>
        <button
          type="button"
          class="plain"
          aria-keyshortcuts="j"
          aria-disabled={entry === null}
          onClick={() => review.move("next")}
        >
          <kbd>j</kbd> Next
        </button>
        <button
          type="button"
          class="plain"
          aria-keyshortcuts="z"
          aria-disabled={!analyses.editable.value}
          onClick={() => review.move("undo")}
        >
          <kbd>z</kbd> Undo
        </button>
      </fieldset>
    </div>
  );
}
