import { describe, expect, test } from "vitest";
import { decimal, moment } from "../../src/lib/format";
import { flat, valueAt } from "../../src/lib/metadata";
import { columnsOf, namesShown, titleOf } from "../../src/records/columns";
import { placed } from "../../src/records/widths";
import { moved } from "../../src/state/layout";
import { readConfig } from "../../src/state/view";

describe("metadata by name", () => {
  const nested = { "a.b": 1, a: { b: 2, c: { d: [3] } }, when: { $date: "2024-01-01" }, no: null };

  test("nested keys are joined with dots, dates and lists are values", () => {
    expect(flat({ a: { b: 2, c: { d: [3] } }, when: nested.when })).toEqual([
      ["a.b", 2],
      ["a.c.d", [3]],
      ["when", nested.when],
    ]);
  });

  test("a name finds its value wherever the dots are; two keys of one name give both", () => {
    expect(valueAt(nested, "a.c.d")).toEqual([3]);
    expect(valueAt(nested, "a.b")).toEqual([1, 2]);
    expect(valueAt(nested, "when")).toEqual(nested.when);
    for (const gone of ["no", "a", "a.x", "constructor", "__proto__", "a.toString"]) {
      expect(valueAt(nested, gone)).toBeNull();
    }
  });
});

test.each<[number, string]>([
  [0, "0"],
  [2024, "2024"],
  [1234567.891, "1234567.9"],
  [0.1234567, "0.1235"],
  [-0.5, "-0.5"],
  [1e-9, "1e-9"],
  [Number.NaN, "not a number"],
])("the number %d is shown as %s", (of, text) => {
  expect(decimal(of)).toBe(text);
});

test.each([
  ["2024-03-01T00:00:00", "2024-03-01"],
  ["2024-03-01T12:30:00", "2024-03-01 12:30"],
  ["2024-03-01T12:30:07.123", "2024-03-01 12:30:07"],
  ["2024-03-01", "2024-03-01"],
  ["yesterday", "yesterday"],
])("the moment %s is shown as %s", (iso, text) => {
  expect(moment(iso)).toBe(text);
});

describe("columns", () => {
  const config = readConfig({
    columns: ["text", "predicted_as", "score", "metadata.n"],
    fields: ["text", "predicted_as", "score", "metadata.n"].map((name) => ({
      name,
      kind: name === "metadata.n" ? "integer" : "keyword",
    })),
  });

  test("those chosen are shown in their order, unknown ones passed over", () => {
    expect(namesShown(config, ["score", "gone", "text"])).toEqual(["score", "text"]);
    expect(namesShown(config, ["gone"])).toEqual(["text", "predicted_as"]);
  });

  test("predictions of up to two other agents are shown beside the primary one's", () => {
    const of = (...agents: string[]) => {
      const columns = ["text", "predicted_as", ...agents.map((one) => `predicted_as@${one}`)];
      const fields = columns.map((name) => ({ name, kind: "label" }));
      return readConfig({ columns: [...columns, "annotated_as"], fields });
    };
    const odd = "my_model@<b>:x";
    expect(namesShown(of("b", odd), [])).toEqual([
      ...["text", "predicted_as", "predicted_as@b", `predicted_as@${odd}`, "annotated_as"],
    ]);
    expect(namesShown(of("b", "c", "d"), [])).toEqual(["text", "predicted_as", "annotated_as"]);
    const [column] = columnsOf(of(odd), [`predicted_as@${odd}`]);
    expect(column).toMatchObject({ title: `@${odd}`, holds: "prediction" });
    expect(titleOf(`predicted_as@${odd}`)).toBe(`predicted@${odd}`);
    expect(titleOf(`predicted@${odd}`)).toBe(`ok or ko@${odd}`);
    expect(titleOf(`both_wrong@${odd}`)).toBe(`both wrong@${odd}`);
    expect(titleOf("metadata.site_name")).toBe("site name");
  });

  test("columns are narrow where they would not fit otherwise, whatever somebody sized", () => {
    const columns = columnsOf(config, ["text", "predicted_as", "score", "metadata.n"]);
    const wide = placed(columns, {}, 1000).widths;
    const narrow = placed(columns, {}, 600).widths;
    expect(narrow[1]).toBeLessThan(wide[1] ?? 0);
    expect(placed(columns, { text: 900 }, 1000).widths[1]).toBe(wide[1]);
  });

  test("texts get the room that is left; a table that needs more is wider than its frame", () => {
    const columns = columnsOf(config, ["metadata.n", "text"]);
    const place = placed(columns, {}, 1000);
    expect(place).toMatchObject({ flexible: 1, total: 1000 });
    expect(place.widths.reduce((sum, one) => sum + one, 34)).toBe(1000);
    expect(placed(columns, { text: 300, "metadata.n": 100 }, 1000)).toEqual({
      widths: [100, 300],
      flexible: -1,
      total: 434,
    });
    expect(placed(columns, { "metadata.n": 2000 }, 1000).total).toBeGreaterThan(2034);
  });

  test("a text gives a little where the table then fits, and predictions beside each other do", () => {
    const columns = columnsOf(config, ["text", "predicted_as", "score"]);
    const { total } = placed(columns, {}, 10);
    expect(placed(columns, {}, total - 30)).toMatchObject({ total: total - 30 });
    expect(placed(columns, {}, total - 31)).toMatchObject({ total });
    const one = columns.filter(({ holds }) => holds === "prediction");
    const wide = placed(one, {}, 10).total - 34;
    expect(placed([...one, ...one], {}, 10).total - 34).toBeLessThan(2 * wide);
  });

  test("without a text the last column that nobody sized takes the room", () => {
    const columns = columnsOf(config, ["score", "metadata.n"]);
    expect(placed(columns, { "metadata.n": 90 }, 1000)).toMatchObject({ flexible: 0, total: 1000 });
  });

  test("an entry moves by one place and not over the ends", () => {
    expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });
});
