import assert from "node:assert/strict";
import { test } from "node:test";
import { isLocalScraper } from "./scraper.ts";

const development = { mode: "development", publicUrl: "http://127.0.0.1:4400" } as const;
const local = { headers: { host: "localhost:4400" }, remoteAddress: "127.0.0.1" };

test("in development this machine may read the metrics, over IPv4, IPv6 and both", () => {
  for (const remoteAddress of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(isLocalScraper(development, { ...local, remoteAddress }), true);
  }
});

test("nobody else may, and nobody in production", () => {
  assert.equal(isLocalScraper({ ...development, mode: "production" }, local), false);
  for (const remoteAddress of ["10.0.0.1", "::ffff:10.0.0.1", "::2", "", undefined]) {
    assert.equal(isLocalScraper(development, { ...local, remoteAddress }), false);
  }
});

test("what was forwarded comes from elsewhere, and another host name may be a page's trick", () => {
  for (const name of ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]) {
    const headers = { ...local.headers, [name]: "127.0.0.1" };
    assert.equal(isLocalScraper(development, { ...local, headers }), false);
  }
  assert.equal(isLocalScraper(development, { ...local, headers: { host: "evil.example" } }), false);
  assert.equal(isLocalScraper(development, { ...local, headers: {} }), false);
});
