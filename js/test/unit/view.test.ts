import { describe, expect, test } from "vitest";
import type { SortKey } from "../../src/protocol";
import { columnsOf } from "../../src/records/columns";
import { pageNumbers, pageOfSnapshot, readConfig, sortedBy } from "../../src/state/view";

describe("sortedBy", () => {
  test("a click sorts ascending, then descending, then not", () => {
    expect(sortedBy([], "score", false)).toEqual([["score", "asc"]]);
    expect(sortedBy([["score", "asc"]], "score", false)).toEqual([["score", "desc"]]);
    expect(sortedBy([["score", "desc"]], "score", false)).toEqual([]);
  });

  test("Shift keeps the other keys and their order", () => {
    const sort: SortKey[] = [
      ["status", "asc"],
      ["score", "asc"],
    ];
    expect(sortedBy(sort, "text", true)).toEqual([...sort, ["text", "asc"]]);
    expect(sortedBy(sort, "status", true)).toEqual([
      ["status", "desc"],
      ["score", "asc"],
    ]);
    expect(sortedBy([["status", "desc"], sort[1] as SortKey], "status", true)).toEqual([sort[1]]);
  });

  test("without Shift the other keys go", () => {
    expect(sortedBy([["status", "asc"]], "score", false)).toEqual([["score", "asc"]]);
  });
});

describe("pageNumbers", () => {
  test.each<[number, number, number[]]>([
    [1, 1, [1]],
    [1, 3, [1, 2, 3]],
    [1, 25, [1, 2, 0, 25]],
    [4, 25, [1, 2, 3, 4, 5, 0, 25]],
    [5, 25, [1, 2, 3, 4, 5, 6, 0, 25]],
    [13, 25, [1, 2, 0, 12, 13, 14, 0, 25]],
    [25, 25, [1, 2, 0, 24, 25]],
  ])("page %i of %i", (page, pages, want) => {
    expect(pageNumbers(page, pages)).toEqual(want);
  });
});

test("a config with nothing in it is no reason to fail", () => {
  expect(readConfig(undefined)).toMatchObject({ title: "records", labels: [], protocol: 1 });
  expect(readConfig({ name: "sst2", title: "" }).title).toBe("sst2");
});

test("a short record of a saved notebook is made whole enough to show", () => {
  const view = { query: "", dialect: "notebook", filters: {}, sort: [], page: 1, page_size: 50 };
  const page = pageOfSnapshot({ records: [{ id: "a" }], count: 120, total: 500 }, view);
  expect(page).toMatchObject({ count: 120, total: 500, pages: 3 });
  expect(page?.records[0]).toMatchObject({ id: "a", marks: {}, inputs: {}, prediction: null });
  expect(pageOfSnapshot({}, view)).toBeNull();
});

describe("columnsOf", () => {
  test("a heading sorts only by fields that the dataset has", () => {
    const columns = columnsOf(
      readConfig({ inputs: ["title", "body"], fields: [{ name: "inputs.title", kind: "text" }] }),
    );
    expect(columns.map(({ id, sorts }) => [id, sorts.map(({ field }) => field)])).toEqual([
      ["text", ["inputs.title"]],
      ["predicted_as", []],
      ["annotated_as", []],
      ["status", []],
    ]);
  });

  test("of the columns offered those known are shown", () => {
    const columns = ["status", "text", "annotated_as", "metadata.split"];
    expect(columnsOf(readConfig({ columns })).map(({ id }) => id)).toEqual([
      "text",
      "annotated_as",
      "status",
    ]);
  });
});
