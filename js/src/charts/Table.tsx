import type { Choose, Mark, Marks } from "./marks";

/** The same numbers as a table, with a button in each row that filters. */
export function Table({
  marks: { head, marks },
  label,
  choose,
}: {
  marks: Marks;
  label: string;
  choose: Choose;
}) {
  const rows = marks.filter((mark): mark is Mark & { cells: string[] } => mark.cells !== null);
  return (
    <div class="chart-table">
      <table aria-label={label}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((mark) => (
            <tr key={`${mark.row} ${mark.column}`}>
              {mark.cells.map((cell, at) =>
                at === 0 ? (
                  <th key={head[at]} scope="row">
                    <button
                      type="button"
                      class="value"
                      aria-pressed={mark.pressed}
                      onClick={() => choose(mark.filters(), mark.word)}
                    >
                      <bdi class="name">{cell}</bdi>
                    </button>
                  </th>
                ) : (
                  <td key={head[at]} class="number">
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
