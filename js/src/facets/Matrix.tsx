import { shown, valuesOf, without } from "../lib/filters";
import { count, records } from "../lib/format";
import type { Room } from "./Panel";
import { Waiting } from "./Waiting";

/** Annotated against predicted: a cell filters by both labels, a heading by one. */
export function Matrix({ store, facets }: Room) {
  const result = facets.matrix.value;
  if (!result) return <Waiting store={store} facets={facets} />;
  const { filters } = store.asked.value;
  const { labels } = result;
  if (result.total === 0) {
    return <p class="muted">No record here has both an annotation and a prediction.</p>;
  }
  const others = without(filters, "annotated_as", "predicted_as");
  const chosen = (name: string, label: string) => valuesOf(filters[name]).includes(label);
  const filter = (annotated: string | null, predicted: string | null) => {
    const wanted = {
      ...(annotated !== null && { annotated_as: [annotated] }),
      ...(predicted !== null && { predicted_as: [predicted] }),
    };
    const same = JSON.stringify({ ...others, ...wanted }) === JSON.stringify(filters);
    void facets.filter(same ? others : { ...others, ...wanted });
  };
  const leftOut = result.left_out > 0 && (
    <p class="muted">
      The {labels.length} most confused labels; {count(result.left_out)} left out.
    </p>
  );
  if (result.multi_label) {
    const counts = result.counts as number[][][];
    return (
      <>
        <div class="matrix">
          <table>
            <caption class="unseen">Labels annotated and predicted</caption>
            <thead>
              <tr>
                <td />
                <th scope="col" class="figure">
                  right
                </th>
                <th scope="col" class="figure" title="annotated, not predicted">
                  missed
                </th>
                <th scope="col" class="figure" title="predicted, not annotated">
                  extra
                </th>
              </tr>
            </thead>
            <tbody>
              {labels.map((label, at) => {
                const [[, extra = 0] = [], [missed = 0, right = 0] = []] = counts[at] ?? [];
                const words = `annotated and predicted as ${shown(label)}: ${records(right)}`;
                return (
                  <tr key={label}>
                    <LabelHeading
                      label={label}
                      chosen={chosen("annotated_as", label)}
                      filter={() => filter(label, null)}
                    />
                    <td>
                      <button
                        type="button"
                        class="cell ok"
                        aria-label={words}
                        title={words}
                        aria-pressed={
                          chosen("annotated_as", label) && chosen("predicted_as", label)
                        }
                        onClick={() => filter(label, label)}
                      >
                        {count(right)}
                      </button>
                    </td>
                    <td class="figure">{count(missed)}</td>
                    <td class="figure">{count(extra)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {leftOut}
      </>
    );
  }
  const counts = result.counts as number[][];
  const most = Math.max(1, ...counts.flat());
  return (
    <>
      <div class="matrix">
        <table>
          <caption class="muted">annotated ↓, predicted →</caption>
          <thead>
            <tr>
              <td />
              {labels.map((label) => (
                <th key={label} scope="col">
                  <button
                    type="button"
                    class="plain"
                    aria-label={`predicted as ${shown(label)}`}
                    aria-pressed={chosen("predicted_as", label)}
                    title={shown(label)}
                    onClick={() => filter(null, label)}
                  >
                    <bdi>{shown(label)}</bdi>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((row, at) => (
              <tr key={row}>
                <LabelHeading
                  label={row}
                  chosen={chosen("annotated_as", row)}
                  filter={() => filter(row, null)}
                />
                {labels.map((column, to) => {
                  const n = counts[at]?.[to] ?? 0;
                  const words = `annotated as ${shown(row)}, predicted as ${shown(column)}: ${records(n)}`;
                  return (
                    <td key={column}>
                      <button
                        type="button"
                        class={at === to ? "cell ok" : "cell ko"}
                        style={{ "--share": `${Math.round((30 * n) / most)}%` }}
                        aria-label={words}
                        title={words}
                        aria-pressed={chosen("annotated_as", row) && chosen("predicted_as", column)}
                        onClick={() => filter(row, column)}
                      >
                        {count(n)}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {leftOut}
    </>
  );
}

type HeadingProps = { label: string; chosen: boolean; filter: () => void };

/** The label that a row's records are annotated with. */
function LabelHeading({ label, chosen, filter }: HeadingProps) {
  return (
    <th scope="row">
      <button
        type="button"
        class="plain"
        aria-label={`annotated as ${shown(label)}`}
        aria-pressed={chosen}
        title={shown(label)}
        onClick={filter}
      >
        <bdi>{shown(label)}</bdi>
      </button>
    </th>
  );
}
