import { addressOf, takenIn, withoutSecret, withToken } from "../lib/address";
import { literal } from "../lib/python";
import type { Sharing } from "../state/sharing";
import type { Store } from "../state/store";
import { Copyable } from "./Copyable";

const LONG = 2_000; // characters; mail and chat programs cut longer links

/** The view as a link and as a line of Python. */
export function SharePanel({ store, sharing }: { store: Store; sharing: Sharing }) {
  const { shared, error } = sharing;
  if (error.value) return <p class="problem">{error.value}</p>;
  if (!shared.value) return <p class="muted none">Asking the kernel…</p>;
  const { token } = shared.value;
  const href = addressOf(window);
  const link = href && withoutSecret(withToken(href, token));
  const name = store.config.value.name;
  return (
    <>
      {link && (
        <Copyable
          first
          label="Link"
          text={link}
          note={
            link.length > LONG
              ? `${link.length} characters: some programs cut that. The line below is whole.`
              : "Offers this view once the cell has run."
          }
          done={() => {
            takenIn(window).add(token);
            window.history.replaceState(window.history.state, "", withToken(href, token));
          }}
        />
      )}
      <Copyable
        first={!link}
        label="Line of Python"
        text={`rb.explore(${literal(name)}, state=${literal(token)})`}
        note="Opens this view in any notebook with the dataset."
      />
      <p class="muted">Query, filters, order, page, columns and tab are in it; no records.</p>
    </>
  );
}
