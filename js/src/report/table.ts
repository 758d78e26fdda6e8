/** One page of rows, built of text nodes alone. */
import { type Carried, type Column, shown } from "./rows";

const LONG = 240; // characters that may need more than the lines a cell shows at first

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = "",
  attributes: { [name: string]: string } = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function button(
  text: string,
  does: () => void,
  attributes: { [name: string]: string } = {},
) {
  const made = element("button", text, { type: "button", ...attributes });
  made.addEventListener("click", does);
  return made;
}

function textCell(text: string): HTMLTableCellElement {
  const cell = element("td", "", { class: "text" });
  const inside = element("div", text, { class: "long", dir: "auto" });
  cell.append(inside);
  if (text.length <= LONG && text.split("\n").length <= 4) return cell;
  const more = button(
    "Show all",
    () => {
      const whole = inside.classList.toggle("whole");
      more.textContent = whole ? "Show less" : "Show all";
      more.setAttribute("aria-expanded", String(whole));
    },
    { class: "link", "aria-expanded": "false" },
  );
  cell.append(more);
  return cell;
}

function cellOf({ kind, title, values }: Column, at: number): HTMLTableCellElement {
  const text = shown(values[at] ?? null, kind);
  if (kind === "text") return textCell(text);
  const look = kind === "verdict" && text ? String(values[at]) : kind;
  return element("td", text, { class: look, "data-title": title });
}

export function rowsOf({ columns }: Carried, rows: readonly number[]): HTMLTableRowElement[] {
  return rows.map((at) => {
    const row = document.createElement("tr");
    row.append(...columns.map((column) => cellOf(column, at)));
    return row;
  });
}
