/** What is selected. Many ids travel by request, so that a saved notebook carries only the first. */
import { signal } from "@preact/signals";
import { type Channel, uniqueId } from "./channel";

const SAVED = 10_000; // characters of ids; the kernel counts bytes, and takes either form

export function createSelected(channel: Channel, failed: (message: string) => void) {
  const selected = signal<readonly string[]>([]);
  let named = ""; // stands for what is selected here

  async function ask(name: string, ids: string[] | null) {
    named = name;
    try {
      const answer = await channel.call("select", { name, ids }, { background: true });
      if (ids === null && named === name) selected.value = answer.ids;
    } catch (problem) {
      if (named !== name) return;
      named = "";
      failed((problem as Error).message);
    }
  }

  /** Follows the synced state, where others may have selected something. */
  function read() {
    const given = channel.get("selected") ?? [];
    if (!Array.isArray(given) && given.name === named) return;
    selected.value = Array.isArray(given) ? given : given.ids;
    if (Array.isArray(given)) named = "";
    else void ask(given.name, null);
  }

  function select(ids: readonly string[]) {
    selected.value = ids;
    let room = SAVED;
    const first = ids.slice(
      0,
      ids.findIndex((id) => {
        room -= id.length + 3;
        return room < 0;
      }),
    );
    named = "";
    if (room >= 0) return channel.set({ selected: [...ids] });
    void ask(uniqueId(), [...ids]); // first: what it stands for must be known when the name comes
    channel.set({ selected: { name: named, ids: first } });
  }

  /** Selects records beside the others; where all of them are, takes them out. */
  function toggle(ids: readonly string[]) {
    const others = selected.value.filter((id) => !ids.includes(id));
    const all = ids.every((id) => selected.value.includes(id));
    select(all ? others : [...others, ...ids]);
  }

  read();
  return { selected, select, toggle, read };
}
