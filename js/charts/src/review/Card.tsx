import { score } from "../../../src/lib/format";
import { asText } from "../../../src/lib/text";
import { Score } from "../../../src/records/Scores";
import type { Entry } from "./judging";
import { told } from "./judging";

const SCORES = 4; // of the model's, besides that of the annotation

/** The record that is judged: its texts, what is annotated, what the model says. */
export function Card({ entry, agent }: { entry: Entry; agent: string | null }) {
  const { record, place, drawn, problem, saving } = entry;
  const several = record.by_agent.length > 0;
  const { prediction } = new Map(record.by_agent).get(agent ?? "") ?? record;
  const names = Object.keys(record.inputs).filter((name) => record.inputs[name] !== null);
  const scores = (prediction ?? []).filter(
    ([label], at) => at < SCORES || record.annotation?.includes(label),
  );
  return (
    <div class="review-card" data-record={record.id} data-verdict={record.verdict ?? undefined}>
      <p class="muted review-place">
        {drawn ? (
          <span class="review-drawn" title="What the ranking ranks low is judged by such records">
            drawn at random
          </span>
        ) : (
          `rank ${place.toLocaleString("en")} by doubt`
        )}
        {" · "}
        <bdi>{record.id}</bdi>
        {record.verdict && (
          <>
            {" · "}
            <strong>{told(record.verdict)}</strong>
            {saving && " · saving…"}
          </>
        )}
      </p>
      {problem && (
        <p role="alert" class="review-problem">
          {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y: what scrolls can be scrolled by keys, and is no form */}
      <div class="review-text" tabIndex={0} role="group" aria-label="Text of the record">
        {names.map((name) => (
          <div key={name}>
            {names.length > 1 && <span class="muted">{name}</span>}
            <p dir="auto">
              {asText(record.inputs[name])}
              {record.truncated[name] !== undefined && "…"}
            </p>
          </div>
        ))}
      </div>
      <dl class="review-sides">
        <dt>annotated</dt>
        <dd>
          <bdi class="review-label">{record.annotation?.join(", ") || "no label"}</bdi>
          {record.annotation_agent && <span class="muted"> by {record.annotation_agent}</span>}
        </dd>
        <dt>
          <bdi>{several ? (agent ?? record.prediction_agent) : "model"}</bdi>
        </dt>
        <dd class="scores">
          {scores.map(([label, value]) => (
            <Score
              key={label}
              label={label}
              value={value}
              strong={!record.annotation?.includes(label)}
            />
          ))}
        </dd>
      </dl>
    </div>
  );
}

/** The records most like it that are annotated otherwise. */
export function Near({ near }: Pick<Entry, "near">) {
  return (
    <div class="review-near">
      <h4 class="muted">Most like it, annotated otherwise</h4>
      {near.length === 0 ? (
        <p class="muted">No record annotated otherwise shares its telling words.</p>
      ) : (
        <ul>
          {near.map((one) => (
            <li key={one.id} title={one.id}>
              <span class="number muted" title="Similarity; 1 for the same words">
                {score(one.similarity)}
              </span>
              <bdi class="review-near-text">{one.text || one.id}</bdi>
              <bdi class="review-label">{one.annotation?.join(", ") || "no label"}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
