import assert from "node:assert/strict";
import { test } from "node:test";
import { requireDistinct } from "./routes.ts";

test("two rows for one request are refused, whatever their parameters are called", () => {
  const rows = [
    { method: "GET", path: "/api/keys/:id" },
    { method: "POST", path: "/api/keys/:id" },
    { method: "GET", path: "/api/keys/rules" },
  ] as const;
  requireDistinct(rows);
  const again = { method: "GET", path: "/api/keys/:keyId" } as const;
  assert.throws(() => requireDistinct([...rows, again]), /two rows for GET \/api\/keys\/:keyId/);
});
