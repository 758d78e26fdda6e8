/** Gives a report search, sort, pages and a matrix to click; the page is whole without it. */
import { type Carried, type Cell, finder, inCell, type Sort, sorted } from "./rows";
import { button, element, rowsOf } from "./table";

const count = new Intl.NumberFormat("en");
const PRINTED = 1_000; // records on paper, which has no further pages to turn to
const SPOKEN = { false: "ascending", true: "descending" } as const;

function start(carried: Carried, table: HTMLTableElement) {
  const find = finder(carried);
  const state: { needle: string; cell: Cell | null; sort: Sort | null; page: number } = {
    needle: "",
    cell: null,
    sort: null,
    page: 0,
  };
  const status = element("p", "", { role: "status" });
  const search = element("input", "", { type: "search", id: "search", autocomplete: "off" });
  const clear = button("Clear", () => {
    search.value = "";
    change({ needle: "", cell: null });
    search.focus();
  });
  const cells = matrixButtons(carried, (cell) => {
    const same = JSON.stringify(cell) === JSON.stringify(state.cell);
    change({ cell: same ? null : cell });
  });
  const heads = headings(carried, table, (column) => {
    const at = state.sort;
    if (at?.column !== column) change({ sort: { column, descending: false } });
    else change({ sort: at.descending ? null : { column, descending: true } });
  });
  const pages = document.getElementById("pages") as HTMLElement;
  const turn = (by: number) => () => {
    change({ page: state.page + by });
    table.parentElement?.scrollTo(0, 0);
    table.scrollIntoView({ block: "nearest" });
  };
  const earlier = button("‹ Previous", turn(-1));
  const later = button("Next ›", turn(1));
  const place = element("span", "", { class: "muted" });
  pages.append(earlier, place, later);

  function change(next: Partial<typeof state>) {
    Object.assign(state, { page: 0 }, next);
    draw();
  }

  function draw(printing = false) {
    let rows = find(state.needle);
    if (state.cell) rows = inCell(rows, carried.columns, state.cell);
    const column = state.sort && carried.columns[state.sort.column];
    if (state.sort && column) rows = sorted(rows, column, state.sort.descending);
    const size = carried.pageRows;
    const last = Math.max(0, Math.ceil(rows.length / size) - 1);
    state.page = Math.min(Math.max(0, state.page), last);
    const [from, most] = printing ? [0, PRINTED] : [state.page * size, size];
    table.tBodies[0]?.replaceChildren(...rowsOf(carried, rows.slice(from, from + most)));
    const some = printing && rows.length > most ? `the first ${count.format(most)} of ` : "";
    status.textContent = some + said(rows.length);
    clear.disabled = state.needle === "" && state.cell === null;
    for (const { cell, made } of cells) {
      made.setAttribute(
        "aria-pressed",
        String(JSON.stringify(cell) === JSON.stringify(state.cell)),
      );
    }
    heads.forEach((head, at) => {
      const on = state.sort?.column === at ? state.sort : null;
      head.setAttribute("aria-sort", on ? SPOKEN[`${on.descending}`] : "none");
    });
    pages.hidden = last === 0;
    earlier.disabled = state.page === 0;
    later.disabled = state.page === last;
    place.textContent = `Page ${count.format(state.page + 1)} of ${count.format(last + 1)}`;
  }

  function said(found: number): string {
    const what = `${count.format(found)} of ${count.format(carried.n)} records`;
    if (!state.cell) return what;
    const { annotated, predicted } = state.cell;
    const labels = [
      annotated !== null && `annotated as ${annotated}`,
      predicted !== null && `predicted as ${predicted}`,
    ];
    return `${what} · ${labels.filter(Boolean).join(", ")}`;
  }

  search.addEventListener("input", () => change({ needle: search.value }));
  const tools = document.getElementById("tools") as HTMLElement;
  tools.append(element("label", "Search", { for: "search" }), search, clear, status);
  tools.hidden = carried.n === 0;
  document.getElementById("plain")?.remove();
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
  draw();
}

/** Makes a button of each heading of the table, which sorts by its column. */
function headings(
  { columns }: Carried,
  table: HTMLTableElement,
  sortBy: (column: number) => void,
): HTMLTableCellElement[] {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((head, at) => {
    head.replaceChildren(button(columns[at]?.title ?? "", () => sortBy(at), { class: "sort" }));
  });
  return heads;
}

/** Makes a button of each cell and heading of the matrix, which filters the records. */
function matrixButtons({ labels }: Carried, choose: (cell: Cell) => void) {
  const matrix = document.getElementById("matrix") as HTMLTableElement | null;
  const made: { cell: Cell; made: HTMLButtonElement }[] = [];
  const add = (place: HTMLTableCellElement, cell: Cell) => {
    const words = [
      cell.annotated !== null && `annotated as ${cell.annotated}`,
      cell.predicted !== null && `predicted as ${cell.predicted}`,
    ].filter(Boolean);
    const text = place.textContent ?? "";
    const label = place.tagName === "TD" ? `${words.join(", ")}: ${text}` : words.join(", ");
    const one = button(text, () => choose(cell), { "aria-label": label });
    place.replaceChildren(one);
    made.push({ cell, made: one });
  };
  const several = matrix?.dataset.several === "true";
  [...(matrix?.tBodies[0]?.rows ?? [])].forEach((row, at) => {
    const annotated = labels[at] ?? null;
    [...row.cells].forEach((place, to) => {
      if (to === 0) add(place, { annotated, predicted: null });
      else if (!several) add(place, { annotated, predicted: labels[to - 1] ?? null });
    });
  });
  if (!several) {
    [...(matrix?.tHead?.rows[0]?.cells ?? [])].slice(1).forEach((place, at) => {
      add(place, { annotated: null, predicted: labels[at] ?? null });
    });
  }
  return made;
}

const data = document.getElementById("carried");
const table = document.getElementById("records");
if (data && table instanceof HTMLTableElement) start(JSON.parse(data.textContent ?? ""), table);
