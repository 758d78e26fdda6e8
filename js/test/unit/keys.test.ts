import { describe, expect, test } from "vitest";
import { moveOf } from "../../charts/src/review/judging";
import { belongsToHost, HELP, type Move, moveForKey } from "../../src/lib/keys";

const KEY = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false };

describe("moveForKey", () => {
  test.each<[string, Move]>([
    ["/", "focus_query"],
    ["j", "next_record"],
    ["ArrowDown", "next_record"],
    ["k", "previous_record"],
    ["ArrowUp", "previous_record"],
    ["Enter", "open_record"],
    ["1", "assign_label_1"],
    ["9", "assign_label_9"],
    ["v", "validate"],
    ["d", "discard"],
    ["x", "select_record"],
    ["a", "select_page"],
    ["z", "undo"],
    ["Z", "redo"],
    ["[", "previous_page"],
    ["]", "next_page"],
    ["s", "sort"],
    ["f", "focus_facets"],
    ["?", "help"],
    ["Escape", "escape"],
  ])("%s on a record is %s", (key, move) => {
    expect(moveForKey({ key }, "record")).toBe(move);
  });

  test.each(["0", "b", "Tab", " ", "F1", "constructor", "toString"])("%s is no move", (key) => {
    expect(moveForKey({ key }, "record")).toBeNull();
  });

  test("in a text box every key but Escape writes", () => {
    for (const key of ["j", "1", "/", "?", "Enter", "ArrowDown"]) {
      expect(moveForKey({ key }, "text")).toBeNull();
    }
    expect(moveForKey({ key: "Escape" }, "text")).toBe("escape");
  });

  test("on a button Enter and Space press it, other keys are moves", () => {
    expect(moveForKey({ key: "Enter" }, "control")).toBeNull();
    expect(moveForKey({ key: " " }, "control")).toBeNull();
    expect(moveForKey({ key: "j" }, "control")).toBe("next_record");
  });

  test("with Ctrl, Alt or Meta, or while a character is composed, keys are not ours", () => {
    for (const held of ["ctrlKey", "altKey", "metaKey", "isComposing"]) {
      expect(moveForKey({ key: "z", [held]: true }, "record")).toBeNull();
    }
  });

  test("every key in the help is a move", () => {
    const named: { [name: string]: string } = { "↓": "ArrowDown", "↑": "ArrowUp", Esc: "Escape" };
    for (const { title, keys } of HELP) {
      const isMove = (key: string) =>
        title.startsWith("Review") ? moveOf({ ...KEY, key }) : moveForKey({ key }, "record");
      for (const name of keys.flatMap(([names]) => names)) {
        if (name !== "–") expect(isMove(named[name] ?? name), name).not.toBeNull();
      }
    }
  });

  test("every key of a review is in the help", () => {
    const review = HELP.find(({ title }) => title.startsWith("Review"));
    const named = review?.keys.flatMap(([names]) => names);
    const keys = [..."abcdefghijklmnopqrstuvwxyz"].filter((key) => moveOf({ ...KEY, key }));
    expect(named).toEqual(expect.arrayContaining(keys));
    expect(keys).toHaveLength(7);
  });
});

test("saving stays the notebook's, whatever has the focus", () => {
  expect(belongsToHost({ key: "s", ctrlKey: true })).toBe(true);
  expect(belongsToHost({ key: "s", metaKey: true })).toBe(true);
  expect(belongsToHost({ key: "s" })).toBe(false);
  expect(belongsToHost({ key: "Enter", ctrlKey: true })).toBe(false);
});
