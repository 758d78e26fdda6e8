import { count, withMargin } from "../lib/format";
import { Icon } from "../lib/icons";
import type { Annotator } from "../state/annotate";
import type { Bulk } from "../state/bulk";
import type { Charts } from "../state/charts";
import { goToRecord } from "../state/finding";
import type { Store } from "../state/store";
import { NEEDS_KERNEL, PAGE_SIZES, pageNumbers } from "../state/view";
import { Selected } from "./Selected";

type Props = { store: Store; annotator: Annotator; bulk: Bulk; charts: Charts };

/** What is selected and what happened; the pages, where records are listed; how right they are. */
export function Footer({ store, annotator, bulk, charts }: Props) {
  const listed = charts.sight.value === "records";
  const choosing = store.selected.value.length > 0 || store.scope.value !== "selected";
  return (
    <footer>
      <div class="deeds" data-listed={listed}>
        {choosing && <Selected store={store} bulk={bulk} />}
        <StatusLine
          store={store}
          annotator={annotator}
          charts={charts}
          quiet={listed && !choosing}
        />
      </div>
      <div class="pages">
        {listed && <Pager store={store} />}
        <Accuracy store={store} />
      </div>
    </footer>
  );
}

type LineProps = Pick<Props, "store" | "annotator" | "charts"> & { quiet: boolean };

function StatusLine({ store, annotator, charts, quiet }: LineProps) {
  const { text, tone, undo, record } = store.said.value;
  return (
    <div class="said" data-tone={tone}>
      <p role="status">{text}</p>
      {undo && store.canUndo.value && (
        <button
          type="button"
          class="link"
          onClick={() => {
            annotator.step("undo");
            store.focusOn("record");
          }}
        >
          undo <kbd>z</kbd>
        </button>
      )}
      {record !== undefined && (
        <button
          type="button"
          class="link"
          onClick={() => {
            charts.tab.value = "records";
            void goToRecord(store, record).then(({ page }) => {
              if (page === null) store.box.value = { kind: "goto", absent: record };
            });
          }}
        >
          go to it
        </button>
      )}
      {quiet && text === "" && store.editable.value && (
        <p class="hints" aria-hidden="true">
          <kbd>j</kbd> <kbd>k</kbd> move <kbd>1</kbd>–<kbd>9</kbd> annotate <kbd>Enter</kbd> open{" "}
          <kbd>?</kbd> all keys
        </p>
      )}
    </div>
  );
}

function Pager({ store }: { store: Store }) {
  const page = store.page.value;
  const { page: at, page_size } = store.asked.value;
  const pages = page?.pages ?? 1;
  const waits = store.source.value !== "kernel";
  const needs = waits ? NEEDS_KERNEL : undefined;
  const sizes = [...new Set([...PAGE_SIZES, page_size])].sort((a, b) => a - b);
  return (
    <nav aria-label="Pages">
      <button
        type="button"
        class="plain"
        aria-label="Previous page"
        title={needs ?? "Previous page ([)"}
        disabled={waits || at <= 1}
        onClick={() => void store.goTo(at - 1)}
      >
        <Icon name="left" />
      </button>
      {pageNumbers(at, pages).map((number, place) =>
        number === 0 ? (
          <span key={`gap ${place}`} class="muted gap">
            …
          </span>
        ) : (
          <button
            key={number}
            type="button"
            class="plain page"
            aria-label={`Page ${number}`}
            aria-current={number === at ? "page" : undefined}
            disabled={waits}
            title={needs}
            onClick={() => void store.goTo(number)}
          >
            {count(number)}
          </button>
        ),
      )}
      <button
        type="button"
        class="plain"
        aria-label="Next page"
        title={needs ?? "Next page (])"}
        disabled={waits || at >= pages}
        onClick={() => void store.goTo(at + 1)}
      >
        <Icon name="right" />
      </button>
      <label class="page-size">
        <select
          aria-label="Records a page"
          title={needs}
          disabled={waits}
          value={String(page_size)}
          onChange={(event) => void store.setPageSize(Number(event.currentTarget.value))}
        >
          {sizes.map((size) => (
            <option key={size} value={String(size)}>
              {size}
            </option>
          ))}
        </select>
        <span aria-hidden="true">a page</span>
      </label>
    </nav>
  );
}

function Accuracy({ store }: { store: Store }) {
  const page = store.page.value;
  const summary = page?.summary;
  const unknown = summary?.accuracy == null && store.source.value !== "kernel";
  if (!page || !summary || unknown) return null;
  const { accuracy, low, high, ok, ko } = summary;
  const { overall, count: found, total } = page;
  const part = found < total;
  const known = accuracy !== null && accuracy !== undefined;
  const percent = (share: number) => (100 * share).toFixed(2);
  const title =
    known && low !== null && high !== null
      ? `95 % interval ${percent(low)} to ${percent(high)} %: ${count(ok)} ok, ${count(ko)} ko`
      : "No record here has both a prediction and an annotation";
  return (
    <p class="accuracy" title={title}>
      <span class="muted">accuracy</span>{" "}
      <span class="number">{withMargin({ value: accuracy, low, high })}</span>
      {known && <span class="muted number">, n {count(ok + ko)}</span>}
      {part && overall != null && (
        <span class="muted number" title="Accuracy over all records of the dataset">
          {" "}
          · overall {withMargin({ value: overall, low: null, high: null })}
        </span>
      )}
    </p>
  );
}
