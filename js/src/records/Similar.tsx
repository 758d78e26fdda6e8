import { useState } from "preact/hooks";
import { score } from "../lib/format";
import type { SimilarRecord } from "../protocol";
import { goToRecord, similarTo } from "../state/finding";
import type { Store } from "../state/store";

/** Asks for the records most like one, and goes to them. */
export function Similar({ id, store }: { id: string; store: Store }) {
  const [found, setFound] = useState<SimilarRecord[] | null>(null);
  const [state, setState] = useState<"" | "busy" | { fault: string }>("");

  const look = async () => {
    setState("busy");
    try {
      setFound(await similarTo(store, id));
      setState("");
    } catch (error) {
      setState({ fault: (error as Error).message });
    }
  };
  const open = async (other: string) => {
    try {
      const { page } = await goToRecord(store, other);
      if (page === null) store.box.value = { kind: "goto", absent: other };
      else store.opened.value = other;
    } catch (error) {
      setState({ fault: (error as Error).message });
    }
  };
  return (
    <div class="part whole">
      {found === null ? (
        <button type="button" disabled={state === "busy"} onClick={() => void look()}>
          {state === "busy" ? "Looking…" : "Find similar records"}
        </button>
      ) : (
        <h3>Similar records</h3>
      )}
      {typeof state === "object" && <p role="alert">{state.fault}</p>}
      {found?.length === 0 && <p class="muted">No other record shares its telling words.</p>}
      {found !== null && found.length > 0 && (
        <ol class="similar">
          {found.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                class="link"
                title={`Go to ${one.id}`}
                onClick={() => void open(one.id)}
              >
                <span class="number" title="Similarity; 1 for the same words">
                  {score(one.similarity)}
                </span>
                <bdi class="similar-text">{one.text || one.id}</bdi>
              </button>
              <span class="muted">
                {one.prediction && <bdi>{one.prediction[0]}</bdi>}
                {one.annotation && (
                  <>
                    {one.prediction && " · annotated "}
                    <bdi>{one.annotation.join(", ")}</bdi>
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
