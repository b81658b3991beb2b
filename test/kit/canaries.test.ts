import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { requireCleanDatabase, requireCleanLog, watchExchange } from "./canaries.ts";
import { createTestServer, type TestServer } from "./server.ts";

let server: TestServer;
let key = "";

before(async () => {
  server = await createTestServer();
  const made = await server.api("POST", "/api/keys", { name: "k", scopes: ["webhooks:read"] });
  key = made.body.key;
});
after(() => server.close());

test("a key in a table is noticed, wherever it stands", async () => {
  await requireCleanDatabase(server.sql);
  const id = server.services.platforms.list().length;
  assert.ok(id > 0);
  await server.sql`update organizations set name = ${`Acme ${key}`}`;
  await assert.rejects(requireCleanDatabase(server.sql), /a secret is in the table organizations/);
  await server.sql`update organizations set name = 'Acme'`;
  await server.sql`update organizations set limits = ${JSON.stringify({ note: key })}::text::json`;
  await assert.rejects(requireCleanDatabase(server.sql), /a secret is in the table organizations/);
  await server.sql`update organizations set limits = '{}'`;
});

test("a key in the log is noticed, and a password in a table", async () => {
  assert.throws(
    () => requireCleanLog([{ event: "x", headers: { authorization: key } }]),
    /in the log/,
  );
  const password = "nobody guesses (this) one";
  watchExchange({ method: "POST", path: "/", sent: { password }, answer: {} });
  await server.sql`update organizations set name = ${password}`;
  await assert.rejects(requireCleanDatabase(server.sql), /a secret is in the table/);
  await server.sql`update organizations set name = 'Acme'`;
});

test("an API key that an answer shows for a second time is noticed", () => {
  const again = { method: "GET", path: "/api/keys", sent: undefined, answer: { data: [{ key }] } };
  assert.throws(() => watchExchange(again), /for a second time/);
});

test("the token of a link that looks like an API key may be listed with its mail as often as one asks", () => {
  const token = `qwerty_${"a1".repeat(18)}`;
  watchExchange({ method: "POST", path: "/", sent: { token }, answer: {} });
  const mails = { data: [{ link: `https://one.example/reset?token=${token}` }] };
  const list = { method: "GET", path: "/api/mails", sent: undefined, answer: mails };
  watchExchange(list);
  watchExchange(list);
});

test("metrics and answers of a whole node hold no secret", async () => {
  requireCleanLog([await server.services.metrics()]);
  const listed = await server.api("GET", "/api/keys");
  assert.ok(!JSON.stringify(listed.body).includes(key));
});
