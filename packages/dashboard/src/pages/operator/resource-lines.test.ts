import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf, mergeResources, resourcesOf } from "./resource-lines.ts";

const TREE = [
  { id: "artist:nova", title: "Nova", parent: null },
  { id: "tour:eu", title: "2027 EU", parent: "artist:nova" },
  { id: "tour:us", title: "", parent: "artist:nova" },
  { id: "artist:zoe", title: "Zoë", parent: null },
];

test("a tree of resources is written as indented lines and read back as it was", () => {
  const text = "artist:nova Nova\n  tour:eu 2027 EU\n  tour:us\nartist:zoe Zoë";
  assert.equal(linesOf(TREE), text);
  assert.deepEqual(resourcesOf(text), TREE);
});

test("empty lines and any depth of indenting are understood", () => {
  assert.deepEqual(
    resourcesOf("\na:1\n     b:2  Two \n\n c:3\n").map(({ id, title, parent }) => [
      id,
      title,
      parent,
    ]),
    [
      ["a:1", "", null],
      ["b:2", "Two", "a:1"],
      ["c:3", "", "a:1"],
    ],
  );
});

test("lines that were written here are brought onto what was registered meanwhile", () => {
  const before = resourcesOf("a One\nb Two\nc Three");
  const mine = resourcesOf("a Mine\nc Three\nd Four");
  const theirs = resourcesOf("a One\n  e Five\nb Two\nc Theirs");
  const merged = linesOf(mergeResources(before, mine, theirs));
  assert.equal(merged, "a Mine\n  e Five\nc Theirs\nd Four");
});
