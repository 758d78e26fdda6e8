import { valuesOf, without } from "../lib/filters";
import { count, records } from "../lib/format";
import type { Room } from "./Panel";

/** Annotated against predicted: a cell filters by both labels, a heading by one. */
export function Matrix({ store, facets }: Room) {
  const result = facets.matrix.value;
  if (!result) return <p class="muted waiting">{facets.error.value ? "–" : "Counting…"}</p>;
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
  if (result.multi_label) {
    const counts = result.counts as number[][][];
    return (
      <ul class="pairs">
        {labels.map((label, at) => (
          <li key={label}>
            <button type="button" class="value" onClick={() => filter(label, null)}>
              <bdi class="name">{label}</bdi>
              <span class="number">
                {count(counts[at]?.[1]?.[1] ?? 0)} right, {count(counts[at]?.[1]?.[0] ?? 0)} missed,{" "}
                {count(counts[at]?.[0]?.[1] ?? 0)} extra
              </span>
            </button>
          </li>
        ))}
      </ul>
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
                    aria-label={`predicted as ${label}`}
                    aria-pressed={chosen("predicted_as", label)}
                    title={label}
                    onClick={() => filter(null, label)}
                  >
                    <bdi>{label}</bdi>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((row, at) => (
              <tr key={row}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain"
                    aria-label={`annotated as ${row}`}
                    aria-pressed={chosen("annotated_as", row)}
                    title={row}
                    onClick={() => filter(row, null)}
                  >
                    <bdi>{row}</bdi>
                  </button>
                </th>
                {labels.map((column, to) => {
                  const n = counts[at]?.[to] ?? 0;
                  const words = `annotated as ${row}, predicted as ${column}: ${records(n)}`;
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
      {result.left_out > 0 && (
        <p class="muted">
          The {labels.length} most confused labels; {count(result.left_out)} left out.
        </p>
      )}
    </>
  );
}
