/** Files of the records, fetched from the kernel piece by piece. */
import { signal } from "@preact/signals";
import { records } from "../lib/format";
import type { ExportResult, Format } from "../protocol";
import { type Channel, uniqueId } from "./channel";
import type { Store } from "./store";

export type Exporting = ReturnType<typeof createExporting>;

export function createExporting(
  channel: Channel,
  store: Store,
  abort: AbortSignal,
  save: (content: Blob, name: string) => void,
) {
  /** The file that is being written; null when there is none. */
  const running = signal<ExportResult | null>(null);
  const error = signal<string | null>(null);
  /** Whether files say what people changed as well. */
  const changes = signal(false);
  let turn = 0;
  abort.addEventListener("abort", cancel);

  async function write(format: Format, ids: readonly string[] | null) {
    turn += 1;
    const mine = turn;
    error.value = null;
    const pieces: DataView<ArrayBuffer>[] = [];
    const file = uniqueId();
    running.value = { file, name: "", media: "", total: 0, written: 0 };
    try {
      const view = store.asked.value;
      const begin = { do: "begin", file, format, view, ids: ids ? [...ids] : null } as const;
      const more = changes.value && format !== "html" ? { changes: true } : {};
      const begun = await channel.call("export", { ...begin, ...more });
      if (turn !== mine) return;
      running.value = begun;
      let written = 0;
      do {
        const next = { do: "next", file, piece: pieces.length } as const;
        const answer = await channel.call("export", next, { background: true });
        if (turn !== mine) return;
        const [piece] = answer.buffers ?? [];
        if (!piece) throw new Error("the kernel sent no bytes");
        pieces.push(piece as DataView<ArrayBuffer>);
        written = answer.written;
        running.value = { ...begun, written };
      } while (written < begun.total);
      running.value = null;
      save(new Blob(pieces, { type: begun.media }), begun.name);
      const whole = format === "html" ? "is written" : `has ${records(begun.total)}`;
      store.say(`${begun.name} ${whole}`);
    } catch (problem) {
      if (turn !== mine) return;
      running.value = null;
      error.value = `The file was not written: ${(problem as Error).message}`;
      store.say(error.value, { tone: "bad" });
    } finally {
      close(file);
    }
  }

  function close(file: string) {
    channel.call("export", { do: "close", file }, { background: true }).catch(() => undefined);
  }

  function cancel() {
    turn += 1;
    if (!running.value) return;
    close(running.value.file);
    running.value = null;
    if (!abort.aborted) store.say("The file was cancelled");
  }

  return { running, error, changes, write, cancel };
}
