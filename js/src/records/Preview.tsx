import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../lib/Dialog";
import { described } from "../lib/filters";
import { count, records } from "../lib/format";
import type { Becoming, EditField, View } from "../protocol";
import type { Bulk } from "../state/bulk";
import { inWords, quoted, sameValue } from "../state/edits";
import { MAX_REASON } from "../state/limits";
import type { Store } from "../state/store";

/** What would become of many records, before anything does. */
export function Preview({ bulk, store }: { bulk: Bulk; store: Store }) {
  const now = bulk.preview.value;
  return now && <Open bulk={bulk} reading={store.page.value?.reading ?? ""} {...now} />;
}

type Props = { bulk: Bulk; reading: string } & NonNullable<Bulk["preview"]["value"]>;

function Open({ bulk, reading, meant, action, plan, running, note }: Props) {
  const [reason, setReason] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const changes = plan?.changes ?? 0;
  const asks = changes > 0 && !running;
  const different = (plan?.becoming ?? []).reduce(
    (sum, one) => (sameValue(one.old, one.new) ? sum : sum + one.count),
    0,
  );
  useLayoutEffect(() => {
    if (plan) form.current?.querySelector<HTMLElement>("input, button")?.focus();
  }, [plan, running]);
  return (
    <Dialog title={inWords(action, plan?.count ?? meant.count)} close={bulk.close}>
      <form
        ref={form}
        class="preview"
        onSubmit={(event) => {
          event.preventDefault();
          void bulk.confirm(reason);
        }}
      >
        <p class="muted">
          {meant.scope.view
            ? `All that match: ${asked(meant.scope.view, reading)}`
            : "The selected records, on this page and others"}
        </p>
        <div role="status">
          {note && <p class="problem">{note}</p>}
          {running ? (
            <p>Changing {records(changes)}…</p>
          ) : (
            !plan && <p class="muted">Counting what would change…</p>
          )}
        </div>
        {running && <progress aria-label="Changing" />}
        {plan && (
          <>
            <BecomingList of={plan.becoming} field={action.field} leftOut={plan.left_out} />
            {changes === 0 && <p>Nothing would change.</p>}
            {plan.left_out === 0 && changes > different && (
              <p>{records(changes - different)} as before, but validated</p>
            )}
            {asks && (
              <label>
                <span>
                  Reason <span class="muted">(optional, kept with the changes)</span>
                </span>
                <input
                  type="text"
                  maxLength={MAX_REASON}
                  value={reason}
                  onInput={(event) => setReason(event.currentTarget.value)}
                />
              </label>
            )}
          </>
        )}
        <div class="menu-foot">
          <button type="button" onClick={bulk.close}>
            {asks || !plan ? "Cancel" : "Close"}
          </button>
          {asks && (
            <button type="submit" class="strong">
              Change {records(changes)}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function asked({ filters }: View, reading: string): string {
  const chosen = Object.entries(filters).map(([name, filter]) => described(name, filter));
  return [reading, ...chosen].filter(Boolean).join("; ") || "all records";
}

type ListProps = { of: readonly Becoming[]; field: EditField; leftOut?: number };

/** "800 positive → negative", a line for each kind of change, the commonest first. */
function BecomingList({ of, field, leftOut = 0 }: ListProps) {
  const same = ({ old, new: value }: Becoming) => sameValue(old, value);
  const lines = [...of.filter((one) => !same(one)), ...of.filter(same)];
  return (
    // biome-ignore lint/a11y: what scrolls can be scrolled by keys, and is no form
    <div class="becoming" tabIndex={0} role="group" aria-label="What becomes of the records">
      <table>
        <tbody>
          {lines.map((one, at) => {
            const { old, new: value, count: n } = one;
            return (
              <tr key={at} class={same(one) ? "muted" : undefined}>
                <td class="number">{count(n)}</td>
                <td>
                  {same(one) ? (
                    <>
                      already <bdi>{quoted(old, field)}</bdi>
                    </>
                  ) : (
                    <>
                      <bdi>{quoted(old, field)}</bdi> → <bdi>{quoted(value, field)}</bdi>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
          {leftOut > 0 && (
            <tr class="muted">
              <td class="number">{count(leftOut)}</td>
              <td>others</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
