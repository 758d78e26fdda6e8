import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Sent } from "../lib/drawing";
import { Popover } from "../lib/Popover";
import type { ChartResult } from "../protocol";
import type { Charts } from "../state/charts";
import type { Store } from "../state/store";

type Props = {
  store: Store;
  charts: Charts;
  result: ChartResult;
  width: number;
  table: Signal<boolean>;
};

/** Save, copy the line of Python, or show the numbers. */
export function Menu({ store, charts, result, width, table }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const open = useSignal(false);
  const line = useSignal(false);
  const close = (back: boolean) => {
    open.value = false;
    line.value = false;
    if (back) button.current?.focus();
  };
  const save = async (form: "png" | "svg") => {
    close(true);
    const { value: runtime } = charts.runtime;
    const { value: look } = charts.look;
    if (!runtime || !look || !result.spec) return;
    try {
      const picture = await runtime.picture(result as Sent, look, width, form);
      const name = `${store.config.value.name}-${result.chart}.${form}`;
      handOver(picture, name.replace(/[^\p{L}\p{N}._-]+/gu, "_"), button.current);
      store.say(`Saved ${result.chart.replaceAll("_", " ")} as ${form.toUpperCase()}`);
    } catch (error) {
      store.say(`Not saved: ${(error as Error).message}`, { tone: "bad" });
    }
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(result.python);
      store.say(`Copied: ${result.python}`);
      close(true);
    } catch {
      line.value = true; // no clipboard over plain http: a text to copy by hand
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="plain"
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-label="Save, copy, table"
        title="Save, copy, table"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        ⋯
      </button>
      {open.value && button.current && (
        <Popover anchor={button.current} label="Chart" close={close}>
          <div class="chart-menu">
            {charts.runtime.value && (
              <>
                <button type="button" class="plain" onClick={() => void save("png")}>
                  Save as PNG
                </button>
                <button type="button" class="plain" onClick={() => void save("svg")}>
                  Save as SVG
                </button>
              </>
            )}
            <button type="button" class="plain" onClick={() => void copy()}>
              Copy the line of Python
            </button>
            <button
              type="button"
              class="plain"
              onClick={() => {
                table.value = !table.value;
                close(true);
              }}
            >
              {table.value ? "Show as chart" : "Show as table"}
            </button>
            {line.value && (
              <input
                type="text"
                readonly
                aria-label="Line of Python"
                value={result.python}
                onFocus={(event) => event.currentTarget.select()}
              />
            )}
          </div>
        </Popover>
      )}
    </>
  );
}

/** Gives a file to the browser. */
function handOver(file: Blob, name: string, near: HTMLElement | null) {
  if (!near) return;
  const link = near.ownerDocument.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the browser reads it a little later
}
