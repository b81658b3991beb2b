/** Incoming webhooks over the API: from the provider's request to the event and its deliveries. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { enterPortal } from "../kit/browser.ts";
import { eventually } from "../kit/eventually.ts";
import {
  fromGithub,
  fromStripe,
  fromSvix,
  fromTwilio,
  makeSource,
  SECRETS,
  sendToSource,
} from "../kit/providers.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";
import { openStream } from "../kit/stream.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
type Json = any;

let server: TestServer;
const NOW = Date.now();
const clock = { ...systemClock, now: () => NOW };

before(async () => {
  server = await createTestServer({ clock });
});
after(() => server.close());

const PAYMENT = {
  id: "evt_1PayStripe",
  object: "event",
  type: "payment_intent.succeeded",
  created: Math.floor(NOW / 1000) - 20,
  data: { object: { id: "pi_1", amount: 4200, note: "é日本" } },
};

async function must(method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await server.api(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const receiptsOf = async ({ id }: Json, query = ""): Promise<Json[]> =>
  (await must("GET", `/api/receipts?sourceId=${id}${query}`)).data;

/** The receipt when it has become something. */
const mapped = (id: string): Promise<Json> =>
  eventually(`an outcome of ${id}`, async () => {
    const receipt = await must("GET", `/api/receipts/${id}`);
    return receipt.outcome === "pending" ? undefined : receipt;
  });

test("Stripe's webhook becomes an event with the very bytes of its body, and goes to endpoints", async () => {
  const inbox = await must("POST", "/api/inboxes");
  await must("POST", "/api/webhooks", { url: inbox.url, events: ["stripe.*"] });
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  assert.match(source.url, new RegExp(`^${server.url}/hooks/[A-Za-z0-9_-]{22}$`));
  assert.equal(source.secret, undefined);
  const sent = fromStripe(PAYMENT, { at: NOW });
  const answer = await sendToSource(source.url, sent);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(answer.body, { received: true, id: answer.body.id });

  const receipt = await mapped(answer.body.id);
  assert.equal(receipt.outcome, "published");
  assert.equal(receipt.eventType, "stripe.payment_intent.succeeded");
  assert.equal(receipt.providerType, "payment_intent.succeeded");
  assert.equal(receipt.providerId, "evt_1PayStripe");
  assert.equal(receipt.body, sent.body);
  assert.equal(receipt.headers["stripe-signature"], sent.headers["stripe-signature"]);

  const event = await must("GET", `/api/events/${receipt.eventId}`);
  assert.equal(event.type, "stripe.payment_intent.succeeded");
  assert.equal(event.occurredAt, new Date(PAYMENT.created * 1000).toISOString());
  assert.deepEqual(event.data, PAYMENT);
  const [row] = await server.sql<{ data: Buffer }[]>`
    select data from events where type = 'stripe.payment_intent.succeeded'`;
  assert.equal(row?.data.toString(), sent.body);
  const delivered = await eventually("a request", async () => {
    const [request] = (await must("GET", `/api/inboxes/${inbox.id}/requests`)).data;
    return request;
  });
  assert.equal(JSON.parse(delivered.body).type, "stripe.payment_intent.succeeded");
  const found = await must("GET", `/api/receipts?eventId=${receipt.eventId}`);
  assert.deepEqual(
    found.data.map(({ id }: Json) => id),
    [receipt.id],
  );
});

test("each provider's own library signs what its source takes, and its type gets its name", async () => {
  const cases = [
    {
      provider: "twilio",
      send: (url: string) =>
        fromTwilio(url, { MessageSid: "SM1", MessageStatus: "delivered", To: "+15550100" }),
      type: "twilio.message.delivered",
      data: { MessageSid: "SM1", MessageStatus: "delivered", To: "+15550100" },
    },
    {
      provider: "resend",
      send: () => fromSvix({ type: "email.delivered", data: {} }, { id: "msg_r1", at: NOW }),
      type: "resend.email.delivered",
      data: { type: "email.delivered", data: {} },
    },
    {
      provider: "standard",
      send: () =>
        fromSvix(
          { type: "invoice.paid", timestamp: "2026-11-26T10:00:00Z", data: { id: 1 } },
          { id: "msg_s1", at: NOW, secret: SECRETS.standard, names: "webhook" },
        ),
      type: "standard.invoice.paid",
      data: { type: "invoice.paid", timestamp: "2026-11-26T10:00:00Z", data: { id: 1 } },
    },
    {
      provider: "github",
      send: () => fromGithub("pull_request", { action: "opened", number: 1 }, { delivery: "d-1" }),
      type: "github.pull_request.opened",
      data: { action: "opened", number: 1 },
    },
  ] as const;
  for (const { provider, send, type, data } of cases) {
    const source = await makeSource(server, { provider, secret: SECRETS[provider] });
    const answer = await sendToSource(source.url, send(source.url));
    assert.equal(answer.status, 200, `${provider}: ${JSON.stringify(answer.body)}`);
    if (provider === "twilio") assert.match(answer.body, /<Response\/>$/);
    const [{ id }] = await receiptsOf(source);
    const receipt = await mapped(id);
    assert.deepEqual([receipt.outcome, receipt.eventType], ["published", type]);
    assert.deepEqual((await must("GET", `/api/events/${receipt.eventId}`)).data, data);
  }
});

test("a provider that we do not know is told in which header, how and what it signs", async () => {
  const { createHmac } = await import("node:crypto");
  const scheme = {
    header: "X-Shop-Signature",
    algorithm: "sha512",
    encoding: "base64",
    prefix: "v0=",
    content: "v0:{timestamp}:{body}",
    timestampHeader: "X-Shop-Time",
    type: { in: "header", name: "X-Shop-Event" },
    id: { in: "body", pointer: "/meta/id" },
  };
  const source = await makeSource(server, { provider: "generic", secret: SECRETS.generic, scheme });
  const sign = (body: string, at = NOW) => {
    const time = String(Math.floor(at / 1000));
    const signature = createHmac("sha512", SECRETS.generic)
      .update(`v0:${time}:${body}`)
      .digest("base64");
    return {
      headers: {
        "content-type": "application/json",
        "x-shop-signature": `v0=${signature}`,
        "x-shop-time": time,
        "x-shop-event": "orders/Create",
      },
      body,
    };
  };
  const body = JSON.stringify({ meta: { id: 77 }, total: 1 });
  const taken = await sendToSource(source.url, sign(body));
  assert.equal(taken.status, 200, JSON.stringify(taken.body));
  const receipt = await mapped(taken.body.id);
  assert.deepEqual([receipt.providerId, receipt.eventType], ["77", "generic.orders.create"]);
  const again = await sendToSource(source.url, sign(JSON.stringify({ meta: { id: 77 } })));
  assert.deepEqual(again.body, { received: true, duplicate: true, id: receipt.id });
  const altered = { ...sign(body), body: `${body} ` };
  assert.equal((await sendToSource(source.url, altered)).body.code, "signature_invalid");
  const old = await sendToSource(source.url, sign(body, NOW - 301_000));
  assert.equal(old.body.code, "timestamp_out_of_tolerance");

  const refuse = async (more: object, field: string) => {
    const answer = await server.api("POST", "/api/sources", { provider: "generic", ...more });
    assert.deepEqual([answer.status, answer.body.errors?.[0].code], [422, field]);
  };
  await refuse({}, "hmac_required");
  await refuse({ scheme: { ...scheme, timestampHeader: null } }, "hmac_invalid");
  await refuse({ scheme: { ...scheme, content: "{timestamp}" } }, "hmac_invalid");
  await refuse({ scheme: { ...scheme, header: "X Y" } }, "header_invalid");
  await refuse({ provider: "stripe", scheme }, "hmac_not_allowed");
});

test("a mapping names own types and drops the others; a replay goes by the mapping of now", async () => {
  const source = await makeSource(server, {
    provider: "stripe",
    secret: SECRETS.stripe,
    mapping: { "invoice.paid": "billing.invoice_paid", "charge.failed": null },
  });
  const send = async (type: string, id: string) => {
    const sent = fromStripe({ ...PAYMENT, id, type }, { at: NOW });
    return mapped((await sendToSource(source.url, sent)).body.id);
  };
  const paid = await send("invoice.paid", "evt_m1");
  assert.deepEqual([paid.outcome, paid.eventType], ["published", "billing.invoice_paid"]);
  const nothing = await send("charge.failed", "evt_m2");
  assert.deepEqual([nothing.outcome, nothing.outcomeReason], ["dropped", "mapped_to_nothing"]);
  const other = await send("charge.succeeded", "evt_m3");
  assert.deepEqual([other.outcome, other.outcomeReason], ["dropped", "not_mapped"]);

  await must("PATCH", `/api/sources/${source.id}`, { others: "keep" });
  const replay = await must("POST", `/api/receipts/${other.id}/replay`);
  assert.deepEqual([replay.replayOf, replay.outcome], [other.id, "pending"]);
  const replayed = await mapped(replay.id);
  assert.equal(replayed.eventType, "stripe.charge.succeeded");
  const twice = await mapped((await must("POST", `/api/receipts/${other.id}/replay`)).id);
  assert.notEqual(twice.eventId, replayed.eventId);
  assert.equal((await mapped(other.id)).eventId, null);
});

test("of closed catalogues only the publisher maps to the product's own types; sources' own names are open", async () => {
  const organization = await must("POST", "/api/organizations", {
    name: "Closed",
    profile: "fanfare/planned",
  });
  const organizationId = organization.id;
  const { browser: person, userId } = await enterPortal(server, {
    organizationId,
    user: { id: "closed-owner", name: "Owner", role: "admin" },
  });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "owner" });
  const providers = (await person.call("GET", "/api/source-providers")).body.data;
  assert.deepEqual(providers.map(({ id, isSuggested }: Json) => [id, isSuggested]).slice(0, 4), [
    ["stripe", true],
    ["twilio", true],
    ["resend", true],
    ["standard", false],
  ]);
  const body = { provider: "stripe", secret: SECRETS.stripe };
  const forged = await person.call("POST", "/api/sources", {
    ...body,
    mapping: { "invoice.paid": "order.paid" },
  });
  assert.deepEqual([forged.status, forged.body.errors[0].code], [422, "type_not_allowed"]);
  const unknown = await person.call("POST", "/api/sources", {
    ...body,
    mapping: { "invoice.paid": "no.such" },
  });
  assert.deepEqual([unknown.status, unknown.body.errors[0].code], [422, "type_unknown"]);
  const own = await person.call("POST", "/api/sources", {
    ...body,
    mapping: { "invoice.paid": "stripe.paid" },
  });
  assert.equal(own.status, 201, JSON.stringify(own.body));

  const mapping = { "invoice.paid": "order.paid" };
  const made = await makeSource(server, { ...body, mapping, organizationId });
  const roll = await person.call("POST", `/api/sources/${made.id}/roll-secret`, {
    secret: SECRETS.stripe,
  });
  assert.deepEqual([roll.status, roll.body.errors[0].code], [422, "type_not_allowed"]);
  const subscribed = await server.api("POST", "/api/webhooks", {
    url: "https://shop.example/in",
    events: ["stripe.*", "twilio.message.delivered", "order.paid"],
    organizationId,
  });
  assert.equal(subscribed.status, 201, JSON.stringify(subscribed.body));

  const hidden = await makeSource(server, { ...body, owner: "operator", organizationId });
  assert.equal((await person.call("GET", `/api/sources/${hidden.id}`)).status, 404);
  const sent = fromStripe({ ...PAYMENT, id: "evt_hidden" }, { at: NOW });
  const { id } = (await sendToSource(hidden.url, sent)).body;
  assert.equal((await mapped(id)).organizationId, organizationId);
  assert.equal((await person.call("GET", `/api/receipts/${id}`)).status, 404);
  const listed = (await person.call("GET", "/api/receipts")).body.data;
  assert.ok(!listed.some((each: Json) => each.id === id));
  const asked = await person.call("POST", "/api/sources", { ...body, owner: "operator" });
  assert.deepEqual([asked.status, asked.body.code], [403, "operator_required"]);
});

test("a paused source takes everything and makes its events when it goes on; a disabled one refuses", async () => {
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  const path = `/api/sources/${source.id}`;
  await must("PATCH", path, { status: "paused" });
  const ids: string[] = [];
  for (const id of ["evt_p1", "evt_p2", "evt_p3"]) {
    const sent = fromStripe({ ...PAYMENT, id }, { at: NOW });
    ids.push((await sendToSource(source.url, sent)).body.id);
  }
  for (const id of ids) assert.equal((await mapped(id)).outcome, "parked");
  await must("PATCH", path, { status: "active" });
  for (const id of ids) {
    const receipt = await eventually("it is mapped", async () => {
      const found = await must("GET", `/api/receipts/${id}`);
      return ["parked", "pending"].includes(found.outcome) ? undefined : found;
    });
    assert.equal(receipt.outcome, "published");
  }
  await must("PATCH", path, { status: "disabled" });
  const refused = await sendToSource(source.url, fromStripe(PAYMENT, { at: NOW }));
  assert.deepEqual([refused.status, refused.body.code], [410, "source_disabled"]);
  assert.equal((await server.api("DELETE", path)).status, 204);
  const gone = await sendToSource(source.url, fromStripe(PAYMENT, { at: NOW }));
  assert.deepEqual([gone.status, gone.body.code], [404, "not_found"]);
  assert.equal((await server.api("GET", `/api/receipts/${ids[0]}`)).status, 404);
});

test("a rolled secret and the one before are accepted together until the overlap ends", async () => {
  const source = await makeSource(server, { provider: "github", generateSecret: true });
  assert.match(source.secret, /^[A-Za-z0-9_-]{43}$/);
  const send = (secret: string, delivery: string) =>
    sendToSource(source.url, fromGithub("push", { delivery }, { delivery, secret }));
  assert.equal((await send(source.secret, "r-1")).status, 200);
  const path = `/api/sources/${source.id}/roll-secret`;
  const rolled = await must("POST", path, { generateSecret: true, previousExpiresIn: "1h" });
  assert.notEqual(rolled.secret, source.secret);
  assert.ok(rolled.previousSecretExpiresAt);
  assert.equal((await send(source.secret, "r-2")).status, 200);
  assert.equal((await send(rolled.secret, "r-3")).status, 200);
  await server.advance(3_600_000);
  assert.equal((await send(source.secret, "r-4")).status, 401);
  assert.equal((await send(rolled.secret, "r-5")).status, 200);
  await must("POST", path, { secret: SECRETS.github, previousExpiresIn: "0s" });
  assert.equal((await send(rolled.secret, "r-6")).status, 401);
  assert.equal((await send(SECRETS.github, "r-7")).status, 200);
  const shown = await must("GET", `/api/sources/${source.id}`);
  assert.equal(shown.secret, undefined);
  const stored = JSON.stringify(
    await server.sql`select * from source_secrets where source_id in (select id from sources)`,
  );
  assert.ok(!stored.includes(Buffer.from(SECRETS.github).toString("hex")));
  const entries = (await must("GET", `/api/audit-log?objectId=${source.id}`)).data;
  assert.deepEqual(
    entries.map(({ action }: Json) => action),
    ["sources.roll-secret", "sources.roll-secret", "sources.create"],
  );
  assert.ok(!JSON.stringify(entries).includes(rolled.secret));
});

test("without a secret a source says so with 503, so that the provider tries again", async () => {
  const source = await makeSource(server, { provider: "resend" });
  assert.deepEqual([source.hasSecret, source.status], [false, "active"]);
  const sent = fromSvix({ type: "email.sent" }, { id: "msg_early", at: NOW });
  const early = await sendToSource(source.url, sent);
  assert.deepEqual([early.status, early.body.code], [503, "source_without_secret"]);
  const path = `/api/sources/${source.id}/roll-secret`;
  assert.equal((await must("POST", path, { secret: SECRETS.resend })).hasSecret, true);
  assert.equal((await sendToSource(source.url, sent)).status, 200);
});

test("what is refused is counted whole and kept as a sample: a flood fills no disk", async () => {
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  const body = "x".repeat(40_000);
  const forged = { headers: { "stripe-signature": "t=1,v1=00", authorization: "Bearer k" }, body };
  for (let index = 0; index < 30; index++) {
    assert.equal((await sendToSource(source.url, forged)).status, 401);
  }
  await sendToSource(source.url, fromStripe({ ...PAYMENT, id: "evt_flood" }, { at: NOW }));
  const counted = await eventually("all are counted", async () => {
    const shown = await must("GET", `/api/sources/${source.id}`);
    const { refused, verified } = shown.lastDay;
    return refused >= 30 && verified >= 1 && shown.lastRequestAt ? shown : undefined;
  });
  assert.deepEqual(counted.lastDay, { verified: 1, duplicates: 0, refused: 30 });
  assert.equal(counted.lastRequestAt, new Date(NOW).toISOString());
  const kept = await receiptsOf(source, "&status=refused&limit=100");
  assert.ok(kept.length <= 20 && kept.length > 0, `${kept.length} kept`);
  const [receipt] = kept;
  assert.equal(receipt.size, 40_000);
  const whole = await must("GET", `/api/receipts/${receipt.id}`);
  assert.deepEqual([whole.body.length, whole.isTruncated], [16_384, true]);
  assert.equal(whole.headers.authorization, "••••");
  assert.equal(whole.reason, "timestamp_out_of_tolerance");
  const replay = await server.api("POST", `/api/receipts/${receipt.id}/replay`);
  assert.deepEqual([replay.status, replay.body.code], [409, "conflict"]);
  const lines = JSON.stringify(server.logged);
  assert.ok(!lines.includes("xxxxxxxx") && !lines.includes("v1=00"));
});

test("who waits for the first request is told of it, and of nothing that is the operator's alone", async () => {
  const { organizationId } = server;
  const { browser, userId } = await enterPortal(server, {
    organizationId,
    user: { id: "waiting", name: "Ada", role: "admin" },
  });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "admin" });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const query = `organizationId=${organizationId}&kind=receipt,source`;
  const [operator, person] = [
    await openStream(server, query),
    await openStream(server, query, { cookie }),
  ];
  const body = { provider: "stripe", secret: SECRETS.stripe };
  const hidden = await makeSource(server, { ...body, owner: "operator" });
  const open = await makeSource(server, body);
  assert.equal((await person.find("source", ({ id }) => id === open.id)).url, open.url);
  for (const { url } of [hidden, open]) {
    await sendToSource(url, fromStripe({ ...PAYMENT, id: "evt_live" }, { at: NOW }));
  }
  const fits = (source: Json) => (data: Json) =>
    data.sourceId === source.id && data.outcome === "published";
  await operator.find("receipt", fits(hidden));
  await person.find("receipt", fits(open));
  await must("DELETE", `/api/sources/${hidden.id}`).catch(() => {});
  await operator.find("source", ({ id, deleted }) => id === hidden.id && deleted === true);
  const told = JSON.stringify(person.events);
  assert.ok(!told.includes(hidden.id));
  operator.close();
  person.close();
});

test("what cannot be an event is kept with the reason", async () => {
  const source = await makeSource(server, { provider: "github", secret: SECRETS.github });
  const send = async (event: string, payload: unknown, delivery: string) =>
    mapped((await sendToSource(source.url, fromGithub(event, payload, { delivery }))).body.id);
  const ping = await send("ping", { zen: "Design for failure." }, "k-1");
  assert.deepEqual([ping.outcome, ping.outcomeReason], ["dropped", "handshake"]);
  const large = await send("push", { text: "x".repeat(300_000) }, "k-2");
  assert.deepEqual([large.outcome, large.outcomeReason], ["failed", "data_too_large"]);
  // The sender has done its part: another answer would make it try for days what can never become an event.
  const again = fromGithub("push", { text: "x".repeat(300_000) }, { delivery: "k-2" });
  const answer = await sendToSource(source.url, again);
  assert.deepEqual([answer.status, answer.body.duplicate], [200, true]);
  const list = await must("GET", `/api/receipts?sourceId=${source.id}&outcome=dropped,failed`);
  assert.equal(list.data.length, 2);
});

test("a node that ends between the event and the note of it leaves one event: whoever claims next finds it", async () => {
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  const ids: string[] = [];
  for (const id of ["evt_c1", "evt_c2", "evt_c3"]) {
    const sent = fromStripe({ ...PAYMENT, id }, { at: NOW });
    ids.push((await sendToSource(source.url, sent)).body.id);
  }
  const before = await Promise.all(ids.map(mapped));
  const count = async () => (await server.sql`select count(*)::int as n from events`)[0]?.["n"];
  const events = await count();
  await server.sql`
    update receipts set outcome = 'pending', event_type = null, claimed_until = null
    where provider_id in ('evt_c1', 'evt_c2', 'evt_c3')`;
  // Long after the idempotency records are gone, too.
  await server.sql`delete from idempotency_keys where key like 'receipt %'`;
  server.services.mapReceipts();
  const after = await Promise.all(ids.map(mapped));
  assert.deepEqual(
    after.map(({ outcome, eventId }) => [outcome, eventId]),
    before.map(({ eventId }) => ["published", eventId]),
  );
  assert.equal(await count(), events);
});

test("the payload of a purged event is gone from its receipt, too", async () => {
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  const sent = fromStripe({ ...PAYMENT, id: "evt_purged" }, { at: NOW });
  const receipt = await mapped((await sendToSource(source.url, sent)).body.id);
  await must("POST", `/api/events/${receipt.eventId}/purge`);
  const purged = await must("GET", `/api/receipts/${receipt.id}`);
  assert.deepEqual([purged.body, purged.isTruncated], ["", true]);
  const replay = await server.api("POST", `/api/receipts/${receipt.id}/replay`);
  assert.deepEqual([replay.status, replay.body.code], [410, "payload_purged"]);
});
