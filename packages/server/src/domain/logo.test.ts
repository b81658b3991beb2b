import assert from "node:assert/strict";
import { test } from "node:test";
import { logoTypeOf } from "./logo.ts";

test("a picture is what its first bytes say, and nothing else is one", () => {
  const types = {
    "image/png": Buffer.from("89504e470d0a1a0a0000000d", "hex"),
    "image/webp": Buffer.from("RIFF\u0010\0\0\0WEBPVP8 ", "latin1"),
    "image/svg+xml": Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  };
  for (const [type, data] of Object.entries(types)) assert.equal(logoTypeOf(data), type);
  const declared =
    '\uFEFF<?xml version="1.0"?>\n<!-- ours -->\n<!DOCTYPE svg>\n<svg viewBox="0 0 1 1"/>';
  assert.equal(logoTypeOf(Buffer.from(declared)), "image/svg+xml");
  for (const other of [
    "",
    "<html><svg></svg></html>",
    "GIF89a",
    "<svgx/>",
    '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
  ]) {
    assert.equal(logoTypeOf(Buffer.from(other)), undefined, other);
  }
  assert.equal(logoTypeOf(Buffer.from([0x3c, 0x73, 0x76, 0x67, 0x20, 0xff])), undefined);
});

test("many comments with nothing behind them are no picture, and no work", () => {
  const comments = Buffer.from("<!-- a -->".repeat(5_000));
  assert.equal(logoTypeOf(comments), undefined);
  assert.equal(logoTypeOf(Buffer.concat([comments, Buffer.from("<svg/>")])), undefined);
  assert.equal(logoTypeOf(Buffer.concat([comments, Buffer.from("<svg>")])), "image/svg+xml");
});
