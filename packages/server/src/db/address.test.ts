import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress } from "./address.ts";

test("a URL of a host goes to the driver as it is", () => {
  const url = "postgres://posthorn:secret@db.example.com:5433/main?sslmode=require";
  assert.deepEqual(readAddress(url), { url, address: {} });
});

test("a folder of sockets in a URL is taken out of it, with user and port", () => {
  assert.deepEqual(
    readAddress(
      "postgres:///main?host=/var/run/postgresql&user=posthorn&port=5433&sslmode=disable",
    ),
    {
      url: "postgres:///main?sslmode=disable",
      address: { host: "/var/run/postgresql", user: "posthorn", port: 5433 },
    },
  );
  assert.deepEqual(readAddress("postgres://posthorn@localhost/main?host=/tmp/run").address, {
    host: "/tmp/run",
    user: "posthorn",
  });
});
