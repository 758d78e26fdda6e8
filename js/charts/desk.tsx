/**
 * Analyses as tables, in a place of their own among the charts. It comes with what draws charts, and
 * brings its own copy of Preact: each bundle renders what is its own.
 */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Desk, Runtime } from "../src/lib/drawing";
import type { AnalyseResult } from "../src/protocol/analysis";

const ASK_MS = 150; // from one look at a long analysis to the next

/** Those that take longer are begun by hand. */
const DESKS: { name: string; title: string; finds?: boolean }[] = [
  { name: "slices", title: "Wrong more often", finds: true },
  { name: "error_words", title: "Words of errors", finds: true },
  { name: "label_errors", title: "Annotations in doubt" },
  { name: "contradictions", title: "Contradictions", finds: true },
  { name: "scores", title: "Scores by label" },
  { name: "calibration", title: "Calibration" },
  { name: "thresholds", title: "Thresholds" },
  { name: "what_if", title: "What corrections change" },
];

type State = {
  result: AnalyseResult | null;
  failure: string | null;
  /** The share of the work that is done, while it goes on. */
  share: number | null;
  /** Whether other records are shown by now. */
  stale: boolean;
};
const NOTHING: State = { result: null, failure: null, share: null, stale: false };

export const desk: Runtime["desk"] = (el, room) => {
  render(<Analysis room={room} />, el);
  return () => render(null, el);
};

function Analysis({ room }: { room: Desk }) {
  const [name, setName] = useState("slices");
  const [state, setState] = useState(NOTHING);
  const current = useRef("");
  const chosen = DESKS.find((one) => one.name === name) ?? { name, title: name };

  const stop = () => {
    const job = current.current;
    current.current = "";
    if (job !== "") room.call({ do: "stop", job, desk: name }).catch(() => undefined);
  };
  const begin = async () => {
    stop();
    const job = crypto.randomUUID?.() ?? String(Math.random());
    current.current = job;
    const mine = () => current.current === job;
    setState((before) => ({ ...before, share: 0, failure: null }));
    try {
      let answer = await room.call({ do: "begin", job, desk: name });
      while (mine() && !answer.done) {
        const { share } = answer;
        setState((before) => ({ ...before, share }));
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        if (mine()) answer = await room.call({ do: "ask", job, desk: name });
      }
      if (!mine()) return;
      const result = answer.error === null ? answer : null;
      setState({ ...NOTHING, result, failure: answer.error });
    } catch (error) {
      if (mine()) setState({ ...NOTHING, failure: (error as Error).message });
    }
    if (mine()) current.current = "";
  };

  useEffect(() => {
    setState(NOTHING);
    let first = true;
    const leave = room.watch(() => {
      if (!chosen.finds) void begin();
      else if (!first) setState((before) => ({ ...before, stale: before.result !== null }));
      first = false;
    });
    return () => {
      leave();
      stop();
    };
  }, [name, room]);

  const { result, failure, share, stale } = state;
  return (
    <>
      <div class="chart-head">
        <h3>Analysis</h3>
        <select
          aria-label="Analysis"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {DESKS.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title}
            </option>
          ))}
        </select>
        {chosen.finds && share === null && (
          <button type="button" class="plain" onClick={() => void begin()}>
            {result ? "Find again" : "Find"}
          </button>
        )}
        {share !== null && chosen.finds && (
          <>
            <progress aria-label="Analysis" value={share} />
            <button
              type="button"
              class="plain"
              onClick={() => {
                stop();
                setState((before) => ({ ...before, share: null }));
              }}
            >
              Cancel
            </button>
          </>
        )}
        <span class="muted number" role="status">
          {stale ? "of what was shown before" : result ? rowsOf(result) : ""}
        </span>
      </div>
      {failure !== null && (
        <p role="alert" class="bad">
          Not answered: {failure}
        </p>
      )}
      {result?.lines.map((line) => (
        <p key={line} class="muted">
          {line}
        </p>
      ))}
      {result && result.rows.length > 0 && (
        <Rows result={result} label={chosen.title} pick={room.pick} />
      )}
      {!result && failure === null && (
        <p class="muted waiting">
          {share === null && chosen.finds ? "Finds it in the records that are shown." : "Counting…"}
        </p>
      )}
    </>
  );
}

type RowsProps = { result: AnalyseResult; label: string; pick: (query: string) => void };

function Rows({ result: { columns, rows, queries }, label, pick }: RowsProps) {
  return (
    <div class="chart-table">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map(([title], at) => (
              <th key={at} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => {
            const query = queries[place] ?? null;
            return (
              <tr key={place}>
                {row.map((value, at) => {
                  const [, kind = "text"] = columns[at] ?? [];
                  const words = <bdi class="name">{told(value, kind)}</bdi>;
                  if (at > 0) {
                    return (
                      <td key={at} class={kind === "text" ? undefined : "number"}>
                        {words}
                      </td>
                    );
                  }
                  return (
                    <th key={at} scope="row">
                      {query === null ? (
                        words
                      ) : (
                        <button
                          type="button"
                          class="value"
                          title={query}
                          onClick={() => pick(query)}
                        >
                          {words}
                        </button>
                      )}
                    </th>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function told(value: string | number | null, kind: string): string {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  if (kind === "share") return `${(100 * value).toFixed(1)} %`;
  return kind === "number" ? value.toFixed(2) : value.toLocaleString("en");
}

function rowsOf({ rows }: AnalyseResult): string {
  return rows.length === 0 ? "nothing found" : "";
}
