import { useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import { Popover } from "../lib/Popover";
import type { SortKey } from "../protocol";
import { moved } from "../state/layout";
import type { Store } from "../state/store";
import { titleOf } from "./columns";

const MOST = 8; // keys, as the kernel has it
const RELEVANCE = "relevance";
const SPOKEN = { asc: "ascending", desc: "descending" } as const;

type Props = { store: Store; anchor: Element; close: (back: boolean) => void };

/** The keys records are sorted by, the first most important; by fields that are not shown too. */
export function SortMenu({ store, anchor, close }: Props) {
  const adding = useRef<HTMLSelectElement>(null);
  const [chosen, setChosen] = useState("");
  const { sort, query } = store.asked.value;
  const used = new Set(sort.map(([field]) => field));
  const fields = store.config.value.fields
    .filter(({ name, kind }) => kind !== "words" && !name.endsWith(".exact"))
    .map(({ name }) => name)
    .filter((name) => name !== "multi_label" && !used.has(name));
  const put = (keys: SortKey[]) => void store.setSort(keys);
  const add = () => {
    if (chosen === "" || sort.length >= MOST) return;
    put([...sort, [chosen, chosen === RELEVANCE ? "desc" : "asc"]]);
    setChosen("");
    adding.current?.focus();
  };
  const turned = ([field, direction]: SortKey): SortKey => [
    field,
    direction === "asc" ? "desc" : "asc",
  ];
  return (
    <Popover anchor={anchor} label="Sort" close={close}>
      {sort.length === 0 && <p class="muted none">In the order in which records were logged.</p>}
      <ol class="rows" aria-label="Sort keys">
        {sort.map((key, at) => {
          const [field, direction] = key;
          const name = title(field);
          return (
            <li key={field}>
              <bdi class="choice" title={field}>
                {name}
              </bdi>
              <button
                type="button"
                class="plain direction"
                aria-label={`${name}: ${SPOKEN[direction]}. Turn around`}
                title={SPOKEN[direction]}
                onClick={() => put(sort.map((one, place) => (place === at ? turned(one) : one)))}
              >
                {SPOKEN[direction]}
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Move ${name} up`}
                aria-disabled={at === 0}
                onClick={() => put(moved(sort, at, -1))}
              >
                <Icon name="up_arrow" />
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Move ${name} down`}
                aria-disabled={at === sort.length - 1}
                onClick={() => put(moved(sort, at, 1))}
              >
                <Icon name="down_arrow" />
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Remove ${name}`}
                onClick={() => {
                  put(sort.filter((_, place) => place !== at));
                  adding.current?.focus();
                }}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ol>
      {used.has(RELEVANCE) && (
        <p class="muted none">
          {query === "" ? "Without a query all records are as relevant. " : ""}
          Relevance is how well a record fits the words of the query.
        </p>
      )}
      <div class="menu-foot">
        <select
          ref={adding}
          data-first
          aria-label="Add a sort key"
          disabled={sort.length >= MOST}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          <option value="">{sort.length >= MOST ? `At most ${MOST} keys` : "Field…"}</option>
          {!used.has(RELEVANCE) && (
            <option value={RELEVANCE}>relevance to the words of the query</option>
          )}
          {fields.map((name) => (
            <option key={name} value={name}>
              {title(name)}
            </option>
          ))}
        </select>
        <button type="button" aria-disabled={chosen === "" || sort.length >= MOST} onClick={add}>
          Add
        </button>
        {sort.length > 0 && (
          <button
            type="button"
            class="link"
            onClick={() => {
              put([]);
              adding.current?.focus();
            }}
          >
            Clear
          </button>
        )}
      </div>
    </Popover>
  );
}

function title(field: string): string {
  return field === RELEVANCE ? field : titleOf(field);
}
