import assert from "node:assert/strict";
import { test } from "node:test";
import { urlParts } from "./endpoint-text.ts";

test("an endpoint is named by its host; the path stands apart, and a text that is no URL is shown as it is", () => {
  assert.deepEqual(urlParts("https://shop.example:8443/in?a=1"), {
    host: "shop.example:8443",
    rest: "/in?a=1",
  });
  assert.deepEqual(urlParts("https://shop.example/"), { host: "shop.example", rest: "" });
  assert.deepEqual(urlParts("nonsense"), { host: "nonsense", rest: "" });
});
