import assert from "node:assert/strict";
import { test } from "node:test";
import { findUrlProblem, showUrl } from "./outbox-url.ts";

test("a URL needs PostgreSQL and a database", () => {
  assert.equal(findUrlProblem("postgres://shop:x@db:5432/shop"), undefined);
  assert.equal(findUrlProblem("postgresql:///shop?host=/run/postgresql&user=shop"), undefined);
  for (const url of ["", "shop", "mysql://db/shop", "postgres://db", "postgres://db/"]) {
    assert.ok(findUrlProblem(url), url);
  }
});

test("a URL whose escapes are none is refused before anybody reads it", () => {
  for (const url of [
    "postgres://%zz@h/db",
    "postgres://a:%@h/db",
    "postgres://a@h/%c3",
    "postgres://a%00@h/db",
    "postgres://a@h/db%00",
  ]) {
    assert.match(findUrlProblem(url) ?? "", /%25/, url);
  }
  assert.equal(findUrlProblem("postgres://a%25:%C3%A9@h/db%20b"), undefined);
});

test("what is shown of a URL has no password and no parameters", () => {
  assert.equal(showUrl("postgres://sh%40p:secret@db:5432/shop?password=x"), "sh@p@db:5432/shop");
  assert.equal(showUrl("postgres:///shop?host=/run/pg&user=shop&password=x"), "shop@/run/pg/shop");
});
