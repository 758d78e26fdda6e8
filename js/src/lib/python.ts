/** Lines of Python for what was done on the page. */
import type { State } from "../protocol";

/** JSON as Python writes it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object") {
    const pairs = Object.entries(value).map(([key, one]) => `${literal(key)}: ${literal(one)}`);
    return `{${pairs.join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** The lines that do in Python what changed between two states of the explorer `ex`. */
export function steps(before: State, after: State): string[] {
  const changed = Object.keys(after).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const others = changed.filter((name) => name !== "page" && name !== "selected");
  return changed
    .filter((name) => name !== "page" || others.length === 0 || after.page !== 1)
    .map((name) => `ex.${name} = ${literal(after[name])}`);
}

export function relabelling(
  dataset: string,
  labels: readonly string[] | null,
  ids: readonly string[],
  several: boolean,
): string {
  const label = labels === null || several ? labels : (labels[0] ?? null);
  return `rb.relabel(${literal(dataset)}, ${literal(label)}, ids=${literal(ids)})`;
}
