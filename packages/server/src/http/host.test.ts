import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { checkHost, isAllowedHost } from "./host.ts";

const config = { publicUrl: "https://hooks.example:8443" };

test("the public URL's host and loopback names are ours, in any case", () => {
  const ours = ["hooks.example:8443", "Hooks.Example:8443", "127.0.0.1", "127.0.0.1:1"];
  for (const host of [...ours, "localhost:4400", "LOCALHOST", "[::1]", "[::1]:4400"]) {
    assert.equal(isAllowedHost(config, host, "/api"), true, host);
  }
});

test("a default port may be spelled out", () => {
  const secure = { publicUrl: "https://hooks.example" };
  assert.equal(isAllowedHost(secure, "hooks.example:443", ""), true);
  assert.equal(isAllowedHost(secure, "hooks.example:80", ""), false);
  assert.equal(isAllowedHost({ publicUrl: "http://hooks.example" }, "hooks.example:80", ""), true);
});

test("every other name may be DNS rebinding, however much it looks like ours", () => {
  const foreign = ["hooks.example", "hooks.example:8444", "localhost.evil.example", "127.0.0.2"];
  const odd = ["", " ", "localhost.", "evil.example#localhost", "::1", "user@localhost", "0"];
  for (const host of [...foreign, ...odd, undefined]) {
    assert.equal(isAllowedHost(config, host, "/api"), false, String(host));
  }
});

test("probes take any host: balancers use addresses", () => {
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    assert.equal(isAllowedHost(config, "10.0.0.7", path), true);
  }
  assert.equal(isAllowedHost(config, "10.0.0.7", "/healthz/x"), false);
});

test("HTTP/1.1 without a Host is no valid request, HTTP/1.0 is one for probes only", () => {
  const codeOf = (httpVersion: string, path: string) => {
    try {
      checkHost(config, { headers: {}, httpVersion }, path);
      return "ok";
    } catch (error) {
      return error instanceof ApiError ? error.code : "other";
    }
  };
  assert.equal(codeOf("1.1", "/healthz"), "bad_request");
  assert.equal(codeOf("1.1", "/api"), "bad_request");
  assert.equal(codeOf("1.0", "/healthz"), "ok");
  assert.equal(codeOf("1.0", "/api"), "misdirected_request");
});
