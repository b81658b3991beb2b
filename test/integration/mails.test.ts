/** Owners get one mail at once and then at most one an hour; the queue outlives every mail server. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { asId } from "../../packages/server/src/domain/id.ts";
import { createMailTransport } from "../../packages/server/src/mail/transport.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { cli } from "../kit/cli.ts";
import { exhaust, publishOne } from "../kit/failing.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startMailServer, type MailServer, type MailServerOptions } from "../kit/mail-server.ts";
import { freePort } from "../kit/port.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer, type TestServerOptions } from "../kit/server.ts";
import { testCertificates } from "../kit/tls.ts";

const HOUR_MS = 60 * 60_000;

let receiver: Receiver;
let mailServer: MailServer;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  mailServer = await startMailServer({ unknown: ["nobody@shop.example"] });
  const sender = ["--mail-from", "Pösthorn <alerts@hooks.example>"];
  server = await createTestServer({ argv: ["--smtp-url", mailServer.url, ...sender] });
});

after(async () => {
  await server.close();
  await mailServer.close();
  await receiver.close();
});

async function organization(): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name: "Akmé & Söhne" });
  return body.id;
}

/** An endpoint that answers 500, with somebody to tell. */
async function failingEndpoint(more: Record<string, unknown> = {}) {
  const organizationId = await organization();
  const alertEmails = [`ops-${organizationId}@shop.example`];
  const url = `${receiver.url}/status/500?token=s3cret`;
  return createEndpoint(server, url, { organizationId, alertEmails, ...more });
}

const mailsTo = (address: string) =>
  mailServer.mails.filter(({ to }) => to.some((each) => each === address));

const mailTo = (address: string, count = 1) =>
  eventually(`${count} mails to ${address}`, () => {
    const found = mailsTo(address);
    return found.length >= count ? found[count - 1] : undefined;
  });

const exhaustOne = async (organizationId: string) =>
  exhaust(server, await publishOne(server, { organizationId }));

async function noticesOf(organizationId: string) {
  const { body } = await server.api("GET", `/api/notices?organizationId=${organizationId}`);
  return body.data;
}

test("the first failure is told at once: cause, number, since when, one link, and no secret", async () => {
  const description = "Läden\r\nBcc: victim@shop.example\r\n\r\n<b>körper</b>";
  const endpoint = await failingEndpoint({ description });
  const [address] = endpoint.alertEmails;
  await exhaustOne(endpoint.organizationId);
  const { mail, raw, from, to } = await mailTo(address);
  assert.deepEqual([from, to], ["alerts@hooks.example", [address]]);
  assert.equal(mail.subject, `[Posthorn] 1 delivery failed: Läden (${receiver.url})`);
  assert.deepEqual([mail.from?.name, mail.from?.address], ["Pösthorn", "alerts@hooks.example"]);
  assert.deepEqual([mail.bcc, mail.cc], [undefined, undefined]);
  const link = `${server.url}/settings/integrations/webhooks/${endpoint.id}`;
  for (const body of [mail.text ?? "", mail.html ?? ""]) {
    assert.ok(body.includes(link) && body.includes("HTTP 500") && body.includes(" UTC"), body);
    assert.ok(body.includes("alert addresses"), "says why and where to change it");
    assert.ok(!body.includes("s3cret"));
  }
  assert.ok(mail.text?.includes("Akmé & Söhne"));
  assert.ok(mail.html?.includes("Akmé &amp; Söhne"));
  assert.ok(!mail.html?.includes("<b>"));
  const named = new Map(mail.headers.map(({ key, value }) => [key, value]));
  assert.equal(named.get("auto-submitted"), "auto-generated");
  assert.match(named.get("message-id") ?? "", /^<mail_[0-9a-z]{26}@hooks\.example>$/);
  assert.ok(!raw.includes("s3cret"));
  const [notice] = await noticesOf(endpoint.organizationId);
  assert.deepEqual([notice.mail.state, notice.mail.recipientCount], ["mail", 1]);
});

test("what follows within the hour comes in one mail after it, with its number; other endpoints do not wait", async () => {
  const endpoint = await failingEndpoint();
  const [address] = endpoint.alertEmails;
  await exhaustOne(endpoint.organizationId);
  await mailTo(address);
  for (let count = 0; count < 3; count++) await exhaustOne(endpoint.organizationId);
  await server.api("PATCH", `/api/webhooks/${endpoint.id}`, { enabled: false });
  await server.advance(0);
  await eventually("both notices wait", async () => {
    const found = await noticesOf(endpoint.organizationId);
    const states = found.map((each: { mail: { state: string } }) => each.mail.state);
    return states.join() === "waiting,waiting";
  });
  const other = await failingEndpoint();
  await exhaustOne(other.organizationId);
  await mailTo(other.alertEmails[0]);
  assert.equal(mailsTo(address).length, 1);

  await server.advance(HOUR_MS);
  const { mail } = await mailTo(address, 2);
  assert.match(mail.subject ?? "", /Webhook disabled/);
  assert.match(mail.text ?? "", /3 deliveries have used up all attempts \(4 since /);
  assert.match(mail.text ?? "", /somebody switched it off/);
  await server.advance(HOUR_MS);
  await server.advance(HOUR_MS);
  assert.equal(mailsTo(address).length, 2);
});

test("each address gets a mail of its own, and one that is refused ends alone", async () => {
  const addresses = ["a@shop.example", "nobody@shop.example", "b@shop.example"];
  const endpoint = await failingEndpoint({ alertEmails: [...addresses, "a@SHOP.example"] });
  assert.equal(endpoint.alertEmails.length, 3);
  await exhaustOne(endpoint.organizationId);
  for (const address of ["a@shop.example", "b@shop.example"]) {
    assert.equal((await mailTo(address)).to.length, 1);
  }
  const failed = await eventually("refused", async () => {
    const { body } = await server.api("GET", "/api/mails?state=failed");
    return body.data[0];
  });
  assert.deepEqual([failed.to, failed.attempts], ["nobody@shop.example", 1]);
  assert.match(failed.lastError, /550/);
});

test("an endpoint without addresses says in its notice that there was nobody to tell", async () => {
  const endpoint = await failingEndpoint({ alertEmails: [] });
  await exhaustOne(endpoint.organizationId);
  await eventually("nobody", async () => {
    const [notice] = await noticesOf(endpoint.organizationId);
    return notice?.mail.state === "no_recipients" ? true : undefined;
  });
});

test("addresses that are none, or could become headers, are refused", async () => {
  const bad = [
    "a@b\r\nBcc: c@d",
    "Ops <ops@shop.example>",
    "a@b,c@d",
    "a b@c",
    "",
    "@",
    "a@",
    'a"@b',
    `${"a".repeat(65)}@b`,
  ];
  const url = `${receiver.url}/`;
  for (const address of bad) {
    const body = { url, events: ["*"], alertEmails: ["ok@shop.example", address] };
    const answer = await server.api("POST", "/api/webhooks", {
      ...body,
      organizationId: server.organizationId,
    });
    const [error] = answer.body.errors ?? [];
    assert.deepEqual(
      [error?.pointer, error?.code],
      ["/alertEmails/1", "mail_address_invalid"],
      address,
    );
    const test = await server.api("POST", "/api/mails/test", { to: address });
    assert.equal(test.body.errors[0].code, "mail_address_invalid");
  }
  const many = Array.from({ length: 11 }, (_, index) => `a${index}@shop.example`);
  const request = { url, events: ["*"], alertEmails: many, organizationId: server.organizationId };
  const { body } = await server.api("POST", "/api/webhooks", request);
  assert.deepEqual([body.errors[0].pointer, body.errors[0].code], ["/alertEmails", "too_long"]);
});

const nodes = new WeakMap<TestContext, TestServer[]>();

/** A node for one test; those that stand beside the first are closed before it. */
async function nodeWith(t: TestContext, options: TestServerOptions): Promise<TestServer> {
  const known = nodes.get(t) ?? [];
  const node = await createTestServer(options);
  if (known.length === 0) {
    nodes.set(t, known);
    t.after(async () => {
      for (const each of known.toReversed()) await each.close();
    });
  }
  known.push(node);
  return node;
}

async function mailsOf(t: TestContext, options: MailServerOptions): Promise<MailServer> {
  const made = await startMailServer(options);
  t.after(() => made.close());
  return made;
}

async function testMail(node: TestServer, to = "me@shop.example") {
  const { status, body } = await node.api("POST", "/api/mails/test", { to });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

const stateOf = (node: TestServer, id: string, isIt: (mail: Record<string, unknown>) => boolean) =>
  eventually("the mail's state", async () => {
    const { body } = await node.api("GET", `/api/mails/${id}`);
    return isIt(body) ? body : undefined;
  });

test("while the mail server is away mails wait, through a restart too, and each is sent once when it is back", async (t) => {
  const port = await freePort();
  const argv = ["--smtp-url", `smtp://127.0.0.1:${port}`];
  const first = await nodeWith(t, { argv });
  const second = await createTestServer({ argv, beside: first });
  const id = await testMail(second);
  const waiting = await stateOf(first, id, ({ lastError }) => lastError !== null);
  assert.deepEqual([waiting.state, waiting.attempts], ["queued", 1]);
  assert.match(waiting.lastError, /ECONNREFUSED|ESOCKET/);
  await second.close();
  const back = await mailsOf(t, { port });
  await first.advance(60_000);
  await stateOf(first, id, ({ state }) => state === "sent");
  await first.advance(HOUR_MS);
  assert.equal(back.mails.length, 1);
  const { body } = await first.api("GET", `/api/mails/${id}`);
  assert.deepEqual([body.text, body.html, body.link, body.lastError], [null, null, null, null]);
  const [row] = await first.sql`select body_sealed, text, html, link from mails`;
  assert.deepEqual({ ...row }, { body_sealed: null, text: null, html: null, link: null });
});

test("what a mail says waits sealed, and a node that starts seals what was written before", async (t) => {
  const port = await freePort();
  const argv = ["--smtp-url", `smtp://127.0.0.1:${port}`];
  const first = await nodeWith(t, { argv });
  await stateOf(first, await testMail(first), ({ lastError }) => lastError !== null);
  const plain = { text: "old words", html: "<p>old words</p>", link: "https://x.example/old" };
  await first.sql`
    insert into mails (id, kind, recipient, subject, text, html, link, due_at) values (
      ${newUuid()}, 'test', 'old@shop.example', 'Old', ${plain.text}, ${plain.html}, ${plain.link},
      now() + interval '1 minute')`;
  await (await createTestServer({ argv, beside: first })).close();
  const rows = await first.sql<{ all: string }[]>`select m::text as all from mails m`;
  assert.equal(rows.length, 2);
  for (const { all } of rows) assert.doesNotMatch(all, /old words|This is a test|x\.example\/old/);
  const back = await mailsOf(t, { port });
  await first.advance(60_000);
  const sent = await eventually("the old mail", () =>
    back.mails.find(({ to }) => to.includes("old@shop.example")),
  );
  assert.match(sent.mail.text ?? "", /old words/);
});

test("a wrong password leaves the queue as it is and never shows the password; the right one sends it", async (t) => {
  const login = { user: "posthorn", password: "right" };
  const guarded = await mailsOf(t, { login });
  const address = (password: string) => [
    `--smtp-url`,
    `smtp://posthorn:${password}@127.0.0.1:${guarded.port}`,
  ];
  const wrong = await nodeWith(t, { argv: address("wr0ng-s3cret") });
  const id = await testMail(wrong);
  const { state, lastError } = await stateOf(wrong, id, (mail) => mail["lastError"] !== null);
  assert.equal(state, "queued");
  assert.match(lastError, /EAUTH/);
  assert.ok(
    !JSON.stringify(wrong.logged).includes("wr0ng-s3cret") && !lastError.includes("wr0ng-s3cret"),
  );
  await wrong.services.mailer.stop();
  const right = await nodeWith(t, { argv: address("right"), beside: wrong });
  await right.advance(60_000);
  await stateOf(right, id, (mail) => mail["state"] === "sent");
  assert.equal(guarded.mails.length, 1);
});

test("TLS is used where it is offered, and a certificate that does not hold leaves the queue as it is", async (t) => {
  const certificates = testCertificates();
  const folder = mkdtempSync(join(tmpdir(), "posthorn-mail-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, certificates.authority);
  const good = await mailsOf(t, { tls: certificates.good });
  const implicit = await mailsOf(t, { tls: { ...certificates.good, isImplicit: true } });
  const stranger = await mailsOf(t, { tls: certificates.stranger });
  const mail = {
    id: asId<"mail">(newUuid()),
    kind: "test",
    to: "me@shop.example",
    subject: "Größe",
    text: "…",
    html: "<p>…</p>",
  };
  for (const smtpUrl of [good.url, implicit.url.replace("smtp:", "smtps:")]) {
    const config = { smtpUrl, mailFrom: "posthorn@hooks.example", extraCaFile: ca };
    assert.deepEqual(await createMailTransport(config)?.send(mail), { kind: "sent" });
  }
  for (const { mails } of [good, implicit]) {
    assert.deepEqual(
      mails.map((each) => [each.isEncrypted, each.mail.subject]),
      [[true, "Größe"]],
    );
  }
  const node = await nodeWith(t, { argv: ["--smtp-url", stranger.url, "--extra-ca", ca] });
  const refused = await stateOf(node, await testMail(node), ({ lastError }) => lastError !== null);
  assert.equal(refused.state, "queued");
  assert.equal(stranger.mails.length, 0);
});

test("without a mail server development keeps mails and shows them, and production refuses what needs one", async (t) => {
  const development = await nodeWith(t, {});
  const id = await testMail(development);
  const kept = await stateOf(development, id, ({ state }) => state === "kept");
  assert.equal(kept.link, development.url);
  assert.match(kept.text, /Mails from Posthorn arrive/);
  const line = await eventually("a log line", () =>
    development.logged.find(({ event }) => event === "mail.kept"),
  );
  assert.deepEqual([line["mailId"], line["link"]], [id, development.url]);

  const production = await nodeWith(t, { mode: "production" });
  const refused = await production.api("POST", "/api/mails/test", { to: "me@shop.example" });
  assert.deepEqual([refused.status, refused.body.code], [409, "mail_not_configured"]);
  const asked = { url: "https://shop.example/", events: ["*"], alertEmails: ["me@shop.example"] };
  const answer = await production.api("POST", "/api/webhooks", asked);
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.body.errors[0].code, "mail_not_configured");
  const without = await createEndpoint(production, "https://shop.example/");
  await production.api("PATCH", `/api/webhooks/${without.id}`, { enabled: false });
  await production.advance(0);
  await eventually("its notice says so", async () => {
    const { body } = await production.api("GET", "/api/notices");
    return body.data[0]?.mail.state === "mail_not_configured" ? true : undefined;
  });
  assert.equal((await production.api("GET", "/api/mails")).body.data.length, 0);
});

test("a mail that nobody finished is sent again after its lease, and one that is too old is given up", async (t) => {
  const node = await nodeWith(t, { argv: ["--smtp-url", "smtp://127.0.0.1:1"] });
  const id = await testMail(node);
  await stateOf(node, id, ({ lastError }) => lastError !== null);
  const peer = await mailsOf(t, {});
  // As a node leaves it that is killed while it sends: taken, and not finished.
  await node.services.mailer.stop();
  await node.sql`update mails set last_error = null, due_at = now() + interval '10 minutes'`;
  const other = await nodeWith(t, { argv: ["--smtp-url", peer.url], beside: node });
  await other.advance(9 * 60_000);
  await stateOf(other, await testMail(other), ({ state }) => state === "sent");
  assert.equal((await other.api("GET", `/api/mails/${id}`)).body.state, "queued");
  await other.advance(2 * 60_000);
  await stateOf(other, id, ({ state }) => state === "sent");
  assert.equal(peer.mails.length, 2);
});

test("what could not be sent for three days is given up", async (t) => {
  const node = await nodeWith(t, { argv: ["--smtp-url", "smtp://127.0.0.1:1"] });
  const id = await testMail(node);
  await stateOf(node, id, ({ lastError }) => lastError !== null);
  await node.advance(73 * HOUR_MS);
  const { state, lastError } = await stateOf(node, id, (mail) => mail["state"] !== "queued");
  assert.equal(state, "failed");
  assert.match(lastError, /ECONNREFUSED|ESOCKET/);
});

test("notices and mails on the command line", async () => {
  const endpoint = await failingEndpoint({ description: "Shop" });
  await exhaustOne(endpoint.organizationId);
  await mailTo(endpoint.alertEmails[0]);
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  const run = (...argv: string[]) => cli(argv, { env });
  const org = ["--org", endpoint.organizationId];
  const listed = await run("notices", "list", "--open", "--unread", ...org);
  assert.match(listed.stdout, new RegExp(`delivery.exhausted +1 +${endpoint.id}`));
  const { json } = await run("notices", "list", "--endpoint", endpoint.id, "--json");
  const notice: string = json.data[0].id;
  assert.equal((await run("notices", "read", notice, "-q")).stdout, `${notice}\n`);
  assert.match((await run("notices", "list", "--unread", ...org)).stderr, /Nothing found/);
  assert.equal((await run("notices", "read")).exitCode, 2);
  assert.match((await run("notices", "read", "--all", ...org)).stdout, /^0 notices read/);

  const sent = await run("mails", "test", "--to", "me@shop.example", ...org, "--json");
  assert.equal(sent.exitCode, 0, sent.stderr);
  assert.deepEqual([sent.json.state, sent.json.to], ["sent", "me@shop.example"]);
  const lost = await run("mails", "test", "--to", "nobody@shop.example", "-q");
  assert.deepEqual([lost.exitCode, lost.stdout], [10, "failed\n"]);
  assert.match((await run("mails", "get", sent.json.id)).stdout, /state +sent/);
  assert.match((await run("mails", "list", "--state", "sent", "--limit", "1")).stdout, /SUBJECT/);
  const types = await run("events", "types", ...org);
  assert.match(types.stdout, /endpoint\.disabled +Operational events/);

  const url = `${receiver.url}/cli`;
  const made = await run(
    "endpoints",
    "create",
    url,
    "--alert-email",
    "a@shop.example",
    ...org,
    "--json",
  );
  assert.deepEqual(made.json.alertEmails, ["a@shop.example"]);
  const update = (...more: string[]) => run("endpoints", "update", made.json.id, ...more, "--json");
  const two = await update("--alert-email", "b@shop.example", "--alert-email", "c@shop.example");
  assert.deepEqual(two.json.alertEmails, ["b@shop.example", "c@shop.example"]);
  assert.deepEqual((await update("--description", "kept")).json.alertEmails.length, 2);
  assert.deepEqual((await update("--no-alert-emails")).json.alertEmails, []);
});
