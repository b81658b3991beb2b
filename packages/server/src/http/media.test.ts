import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { announcesBody, checkMedia } from "./media.ts";

function codeOf(headers: Record<string, string>): string {
  try {
    checkMedia(headers);
    return "ok";
  } catch (error) {
    return error instanceof ApiError ? error.code : "other";
  }
}

const type = (value: string) => codeOf({ "content-type": value, "content-length": "2" });

test("JSON in UTF-8 is taken, however it is spelled", () => {
  const spellings = ["application/json", "Application/JSON", "application/json;charset=utf-8"];
  for (const each of [...spellings, 'application/json; Charset="UTF-8"', "application/json; v=1"]) {
    assert.equal(type(each), "ok", each);
  }
});

test("other types, charsets and encodings are named", () => {
  for (const each of ["text/plain", "application/json5", "application/vnd.x+json", "json", ""]) {
    assert.equal(type(each), "media_type_unsupported", each);
  }
  assert.equal(type("application/json; charset=utf-16"), "charset_unsupported");
  const compressed = { "content-type": "application/json", "content-encoding": "gzip" };
  assert.equal(codeOf(compressed), "encoding_unsupported");
  assert.equal(codeOf({ ...compressed, "content-encoding": "identity" }), "ok");
});

test("a body without a type is refused, no body at all is for the route to judge", () => {
  assert.equal(codeOf({ "content-length": "2" }), "media_type_unsupported");
  assert.equal(codeOf({ "transfer-encoding": "chunked" }), "media_type_unsupported");
  assert.equal(codeOf({ "content-length": "0" }), "ok");
  assert.equal(codeOf({}), "ok");
  assert.equal(announcesBody({ "content-length": "0" }), false);
  assert.equal(announcesBody({ "transfer-encoding": "chunked" }), true);
});
