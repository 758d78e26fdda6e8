import { useSignal } from "@preact/signals";
import { shown, spoken, toggled, valuesOf } from "../lib/filters";
import { count, records } from "../lib/format";
import { Icon } from "../lib/icons";
import { withInterval } from "../lib/shares";
import type { FacetResult } from "../protocol";
import type { Room } from "./Panel";

const MANY = 12; // values that are seen at a glance; beyond it one searches
const FIRST = 8; // of many, so that the next field stays in sight

/** The values of a field: choosing some keeps the records that have one of them. */
export function Values({ result, store, facets }: Room & { result: FacetResult }) {
  const { name, missing, values, distinct, found } = result;
  const { filters } = store.asked.value;
  const chosen = valuesOf(filters[name]);
  const most = Math.max(1, missing, ...values.map((one) => one.count));
  const search = facets.search.value[name] ?? "";
  const lines = [
    ...values,
    ...(!search && (missing > 0 || chosen.includes(null))
      ? [{ value: null, count: missing, ok: 0, ko: 0 }]
      : []),
  ];
  const whole = useSignal(false);
  const brief = !whole.value && !search && lines.length > MANY;
  const seen = brief
    ? lines.filter(({ value }, place) => place < FIRST || chosen.includes(value))
    : lines;
  return (
    <>
      {(distinct > MANY || search) && (
        <input
          type="text"
          class="find"
          aria-label={`Search the values of ${spoken(name)}`}
          placeholder={`Search ${count(distinct)} values`}
          value={search}
          onInput={(event) => facets.find(name, event.currentTarget.value)}
        />
      )}
      {lines.length === 0 && (
        <p class="muted">{search ? "No value holds that." : "No record here has a value."}</p>
      )}
      <ul>
        {seen.map((one) => (
          <li key={JSON.stringify(one.value)}>
            <button
              type="button"
              class="value"
              aria-pressed={chosen.includes(one.value)}
              aria-label={`${shown(one.value)}: ${split(one)}`}
              title={`${shown(one.value)}: ${split(one)}${accuracy(one)}`}
              onClick={() => void facets.filter(toggled(filters, name, one.value))}
            >
              <span class="tick">{chosen.includes(one.value) && <Icon name="ok" />}</span>
              <bdi class={one.value === null ? "name muted" : "name"}>{shown(one.value)}</bdi>
              {one.ko > 0 && (
                <span class="wrong">
                  <Icon name="ko" />
                  {count(one.ko)}
                </span>
              )}
              <span class="number">{count(one.count)}</span>
              <Split {...one} of={most} />
            </button>
          </li>
        ))}
      </ul>
      {seen.length < lines.length && (
        <button
          type="button"
          class="link"
          onClick={(event) => {
            const list = event.currentTarget.previousElementSibling;
            whole.value = true;
            queueMicrotask(() => list?.querySelectorAll("button")[FIRST]?.focus());
          }}
        >
          Show {count(lines.length - seen.length)} more
        </button>
      )}
      {!brief && found > values.length && (
        <p class="muted">
          {count(values.length)} of {count(found)} shown
        </p>
      )}
    </>
  );
}

export function split(one: { count: number; ok: number; ko: number }): string {
  return `${records(one.count)}, ${count(one.ok)} right, ${count(one.ko)} wrong`;
}

/** What is right of those that can be right, for the pointer alone: it is long to hear. */
function accuracy({ ok, ko }: { ok: number; ko: number }): string {
  return ok + ko > 0 ? `; ${withInterval(ok, ok + ko)} right` : "";
}

type SplitProps = { count: number; ok: number; ko: number; of: number };

function Split({ count: all, ok, ko, of }: SplitProps) {
  const part = (n: number) => ({ width: `${(100 * n) / of}%` });
  return (
    <span class="split" aria-hidden="true">
      <span class="ok" style={part(ok)} />
      <span class="ko" style={part(ko)} />
      <span style={part(all - ok - ko)} />
    </span>
  );
}
