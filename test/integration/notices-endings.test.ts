/** People hear that a rolled secret or a key is about to end, each in their own bell, before something breaks. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enterPortal, signInPerson } from "../kit/browser.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

async function organization(): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name: "Acme" });
  return body.id;
}

async function person(organizationId: string, role: "admin" | "manager") {
  const user = { id: `${role}-${organizationId}`, name: "Ada", role };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  const path = `/api/organizations/${organizationId}/members/${userId}`;
  await server.api("PUT", path, { role });
  return browser;
}

async function notices(organizationId: string, query = "") {
  const answer = await server.api("GET", `/api/notices?organizationId=${organizationId}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data;
}

/** The only notice of an organization once `isIt` is true of it. */
const noticeThat = (organizationId: string, isIt: (notice: Record<string, unknown>) => boolean) =>
  eventually("the notice", async () => {
    const [notice, ...others] = await notices(organizationId);
    assert.deepEqual(others, []);
    return notice && isIt(notice) ? notice : undefined;
  });

const isMailed = (mail: unknown) => (mail as { readonly state: string }).state === "mail";

/** The newest mail to an address, other than one that is known. Without a mail server mails are kept and shown. */
const mailTo = (address: string, known = "") =>
  eventually("a mail", async () => {
    const { body } = await server.api("GET", "/api/mails?state=kept");
    const newest = body.data.find(({ to }: { readonly to: string }) => to === address);
    return newest?.id === known ? undefined : newest;
  });

/** A fact of another organization: when it is told, nothing of this one was left untold. */
async function settle(): Promise<void> {
  const organizationId = await organization();
  const { id } = await createEndpoint(server, "http://127.0.0.1:9009/x", { organizationId });
  await server.api("PATCH", `/api/webhooks/${id}`, { enabled: false });
  await server.advance(0);
  await noticeThat(organizationId, () => true);
}

test("a rolled secret is told of six hours before the old one ends, and is over when it lives on", async () => {
  const organizationId = await organization();
  const { id } = await createEndpoint(server, "http://127.0.0.1:9009/a", {
    organizationId,
    description: "Shop",
    alertEmails: ["ops@shop.example"],
  });
  await server.api("POST", `/api/webhooks/${id}/roll-secret`, { previousExpiresIn: "24h" });
  await settle();
  assert.deepEqual(await notices(organizationId), []);

  await server.advance(19 * HOUR_MS);
  const notice = await noticeThat(organizationId, ({ mail }) => isMailed(mail));
  const { kind, endpointId, keyId, description, mail, readAt } = notice;
  assert.deepEqual(
    { kind, endpointId, keyId, description, state: mail.state, readAt },
    {
      kind: "secret.ending",
      endpointId: id,
      keyId: null,
      description: "Shop",
      state: "mail",
      readAt: null,
    },
  );
  const endpoint = (await server.api("GET", `/api/webhooks/${id}`)).body;
  assert.equal(notice.endsAt, endpoint.previousSecretExpiresAt);
  const told = await mailTo("ops@shop.example");
  assert.equal(
    told.subject,
    "[Posthorn] Old signing secret ends soon: Shop (http://127.0.0.1:9009)",
  );
  assert.equal(told.link, `${server.url}/settings/integrations/webhooks/${id}`);

  await server.api("POST", `/api/webhooks/${id}/secret/overlap`, { previousExpiresIn: "24h" });
  await server.advance(0);
  await noticeThat(organizationId, ({ resolvedAt }) => resolvedAt !== null);
});

test("a key is told of a week and a day before it expires; who has read the first hears of the second", async () => {
  const organizationId = await organization();
  const ada = await person(organizationId, "admin");
  const bo = await person(organizationId, "manager");
  const email = `cy@${organizationId.replace("_", "-")}.example`;
  await signInPerson(server, { email, organizationId, role: "owner" });
  const rules = (await server.api("GET", `/api/key-rules?organizationId=${organizationId}`)).body;
  const made = await server.api("POST", `/api/keys?organizationId=${organizationId}`, {
    name: "Warehouse",
    scopes: [rules.scopes[0].scope],
    environment: rules.environments[0],
    expiresAt: new Date(Date.now() + 10 * DAY_MS).toISOString(),
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await settle();
  assert.deepEqual(await notices(organizationId), []);

  await server.advance(3 * DAY_MS + HOUR_MS);
  const first = await noticeThat(organizationId, ({ mail }) => isMailed(mail));
  const week = await mailTo(email);
  assert.deepEqual(
    [first.kind, first.keyId, first.endpointId, first.origin, first.description],
    ["key.expiring", made.body.id, null, "", "Warehouse"],
  );
  const seen = async (browser: typeof ada) =>
    (await browser.call("GET", "/api/notices")).body.data.map(
      (notice: { readAt: string | null }) => notice.readAt !== null,
    );
  assert.deepEqual(await seen(ada), [false]);
  assert.deepEqual(await seen(bo), [], "who may not see keys hears nothing of them");
  const forbidden = await bo.call("POST", `/api/notices/${first.id}/mark-read`);
  assert.equal(forbidden.status, 404);
  await ada.call("POST", `/api/notices/${first.id}/mark-read`);
  assert.deepEqual(await seen(ada), [true]);
  await settle();
  assert.deepEqual(await seen(ada), [true], "told once, not every few seconds");

  await server.advance(6 * DAY_MS + HOUR_MS);
  const second = await noticeThat(organizationId, ({ lastAt }) => lastAt !== first.lastAt);
  assert.equal(second.id, first.id);
  await eventually("news again", async () => (await seen(ada))[0] === false);
  const day = await mailTo(email, week.id);
  assert.equal(day.subject, "[Posthorn] API key expires soon: Warehouse");
  assert.equal(day.link, `${server.url}/settings/integrations/api/${made.body.id}`);

  const expiresAt = new Date(Date.now() + 90 * DAY_MS).toISOString();
  const path = `/api/keys/${made.body.id}?organizationId=${organizationId}`;
  await server.api("PATCH", path, { expiresAt });
  await server.advance(0);
  await noticeThat(organizationId, ({ resolvedAt }) => resolvedAt !== null);
});

test("keys without an end, for a day, or rolled already are nobody's news", async () => {
  const organizationId = await organization();
  const rules = (await server.api("GET", `/api/key-rules?organizationId=${organizationId}`)).body;
  const make = async (more: Record<string, unknown>) => {
    const body = { name: "K", scopes: [rules.scopes[0].scope], environment: rules.environments[0] };
    const query = `organizationId=${organizationId}`;
    const answer = await server.api("POST", `/api/keys?${query}`, { ...body, ...more });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.id;
  };
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  await make({});
  await make({ expiresAt: inMs(20 * HOUR_MS) });
  const rolled = await make({ expiresAt: inMs(30 * DAY_MS) });
  const roll = await server.api(
    "POST",
    `/api/keys/${rolled}/roll?organizationId=${organizationId}`,
    { previousExpiresIn: "7d" },
  );
  assert.ok(roll.status < 300, JSON.stringify(roll.body));
  await settle();
  assert.deepEqual(await notices(organizationId), []);
});
