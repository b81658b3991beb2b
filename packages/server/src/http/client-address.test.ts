import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { clientAddress } from "./client-address.ts";

const seen = (forwarded: string | undefined, trusted: number) => {
  // Proof: only the address of the socket is read.
  const socket = { remoteAddress: "10.0.0.9" } as Socket;
  return clientAddress({ headers: { "x-forwarded-for": forwarded }, socket }, trusted);
};

test("without trusted proxies what a stranger claims is ignored", () => {
  assert.equal(seen("127.0.0.1", 0), "10.0.0.9");
});

test("each trusted proxy wrote one entry; what stands before them is ignored", () => {
  assert.equal(seen("203.0.113.7", 1), "203.0.113.7");
  assert.equal(seen("127.0.0.1, 203.0.113.7", 1), "203.0.113.7");
  assert.equal(seen("127.0.0.1, 203.0.113.7, 10.0.0.8", 2), "203.0.113.7");
});

test("a port that a proxy writes is no part of the address", () => {
  assert.equal(seen("203.0.113.7:50123", 1), "203.0.113.7");
  assert.equal(seen("[2001:db8::7]:50123", 1), "2001:db8::7");
  assert.equal(seen("[2001:db8::7]", 1), "2001:db8::7");
  assert.equal(seen("2001:db8::7", 1), "2001:db8::7");
});

test("fewer entries than proxies, or none: the farthest that is known", () => {
  assert.equal(seen("203.0.113.7", 3), "203.0.113.7");
  assert.equal(seen(undefined, 1), "10.0.0.9");
  assert.equal(seen(" , ", 1), "10.0.0.9");
});
