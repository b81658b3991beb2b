/** Who listens to an event type hears that it is deprecated: each organization once, in its bell and by mail. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signInPerson } from "../kit/browser.ts";
import { cli } from "../kit/cli.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
const PROFILE = "fanfare/guide";
const TYPE = "draw.entry_created";
const PATH = `/api/event-types/${TYPE}`;

before(async () => {
  server = await createTestServer({ profile: PROFILE });
});
after(() => server.close());

async function organization(name: string): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name, profile: PROFILE });
  return body.id;
}

/** An endpoint that asks for these. */
function asks(organizationId: string, description: string, events: readonly string[]) {
  const url = `http://127.0.0.1:9009/${description}`;
  return createEndpoint(server, url, { organizationId, description, events });
}

async function deprecate(deprecated: string | null): Promise<void> {
  const changed = await server.api("PATCH", PATH, { deprecated });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
}

async function notices(organizationId: string) {
  const path = `/api/notices?organizationId=${organizationId}&kind=event-type.deprecated`;
  return (await server.api("GET", path)).body.data;
}

test("whom it concerns is shown before: who names it, not who asks for all", async () => {
  const [acme, bolt, comet] = [
    await organization("Acme"),
    await organization("Bolt"),
    await organization("Comet"),
  ];
  await asks(acme, "shop", [TYPE, "draw.prize_claimed"]);
  await asks(acme, "ledger", [TYPE]);
  const third = await asks(bolt, "crm", [TYPE]);
  await asks(bolt, "archive", ["*"]);
  await asks(comet, "draws", ["draw.*"]);
  await asks(comet, "orders", ["queue.consumer_left"]);
  const { body } = await server.api("GET", `${PATH}/subscribers`);
  const { data, ...counts } = body;
  assert.deepEqual(counts, { type: TYPE, endpointCount: 3, organizationCount: 2, otherCount: 2 });
  assert.deepEqual(
    data.map((each: Record<string, string>) => [each["organizationName"], each["description"]]),
    [
      ["Acme", "shop"],
      ["Acme", "ledger"],
      ["Bolt", "crm"],
    ],
  );
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  const shown = await cli(["event-types", "subscribers", TYPE], { env });
  assert.match(shown.stdout, new RegExp(`Bolt +${third.id} +http://127.0.0.1:9009 +crm`));
  assert.match(shown.stdout, /endpoints that name it +3/);
  assert.equal((await server.api("GET", "/api/event-types/no.such/subscribers")).status, 404);
});

test("each organization that names it is told once, in the bell and by mail to its owners", async () => {
  const acme = await organization("Told");
  const other = await organization("Untold");
  await asks(acme, "shop", [TYPE]);
  await asks(acme, "ledger", [TYPE]);
  await asks(other, "all", ["*"]);
  const email = "owner@told.example";
  const owner = await signInPerson(server, { email, organizationId: acme, role: "owner" });
  await deprecate("Use draw.entered.");
  const [notice, ...more] = await notices(acme);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [notice.eventType, notice.endpointId, notice.keyId, notice.description, notice.resolvedAt],
    [TYPE, null, null, TYPE, null],
  );
  assert.deepEqual(await notices(other), []);
  const inBell = await owner.call("GET", "/api/notices");
  assert.equal(inBell.body.data[0].id, notice.id);
  await server.advance(0);
  const mails = async () => {
    const { body } = await server.api("GET", "/api/mails?state=kept");
    return body.data.filter(({ to }: { readonly to: string }) => to === email);
  };
  const [mail] = await eventually("the mail", async () => {
    const found = await mails();
    return found.length > 0 ? found : undefined;
  });
  assert.equal(mail.subject, `[Posthorn] Event type deprecated: ${TYPE}`);
  assert.equal(mail.link, `${server.url}/settings/integrations/webhooks?event=${TYPE}`);
  const { body } = await server.api("GET", `/api/mails/${mail.id}`);
  assert.match(body.text, /Use draw\.entered\./);
  assert.match(body.text, /Webhooks: shop \(http:\/\/127\.0\.0\.1:9009\), ledger/);
  assert.equal((await notices(acme))[0].mail.state, "mail");

  // Another text is no news.
  await deprecate("Use draw.joined.");
  assert.deepEqual(
    (await notices(acme)).map(({ id }: { readonly id: string }) => id),
    [notice.id],
  );
  assert.equal((await mails()).length, 1);
  await deprecate(null);
  assert.notEqual((await notices(acme))[0].resolvedAt, null);
});

test("readers see since when, and another text leaves that as it is", async () => {
  const find = async () => {
    const { body } = await server.api(
      "GET",
      `/api/event-types?organizationId=${server.organizationId}`,
    );
    return body.data.find(({ type }: { readonly type: string }) => type === TYPE);
  };
  assert.equal((await find()).deprecatedAt, null);
  await deprecate("Use draw.entered.");
  const { deprecatedAt } = await find();
  assert.ok(Math.abs(Date.now() - Date.parse(deprecatedAt)) < 60_000);
  await deprecate("Use draw.joined.");
  const { body } = await server.api("PATCH", PATH, { title: "Entered" });
  assert.deepEqual([body.deprecated, body.deprecatedAt], ["Use draw.joined.", deprecatedAt]);
  await server.api("DELETE", PATH);
  assert.equal((await find()).deprecatedAt, null);
});

test("the notice is over when no endpoint names the type any more, or the type is as its profile has it", async () => {
  const heeds = await organization("Heeds");
  const waits = await organization("Waits");
  const changed = await asks(heeds, "changed", [TYPE]);
  const deleted = await asks(heeds, "deleted", [TYPE]);
  await asks(waits, "same", [TYPE]);
  const document = { [TYPE]: { deprecated: "Use draw.entered." } };
  const imported = await server.api("POST", "/api/catalogue/import", { document });
  assert.equal(imported.status, 200, JSON.stringify(imported.body));
  const isOver = async (id: string) => (await notices(id))[0].resolvedAt !== null;
  await server.api("DELETE", `/api/webhooks/${deleted.id}`);
  assert.equal(await isOver(heeds), false);
  await server.api("PATCH", `/api/webhooks/${changed.id}`, { events: ["draw.winners_selected"] });
  assert.equal(await isOver(heeds), true);
  assert.equal(await isOver(waits), false);
  await server.api("DELETE", PATH);
  assert.equal(await isOver(waits), true);
});
