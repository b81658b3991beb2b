/** What the guide to incoming webhooks shows is run as it stands there, and providers' own libraries send. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli, type CliOptions } from "../kit/cli.ts";
import { guideSection, posthornLines } from "../kit/guide.ts";
import { eventually } from "../kit/eventually.ts";
import {
  fromGithub,
  fromStripe,
  fromSvix,
  fromTwilio,
  SECRETS,
  sendToSource,
  type SentRequest,
} from "../kit/providers.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
before(async () => (server = await createTestServer()));
after(() => server.close());

/** Runs a line of the guide; `src_…` is the source that is meant. */
async function run(argv: readonly string[], source = "", options: CliOptions = {}) {
  const env = {
    POSTHORN_URL: server.url,
    POSTHORN_OPERATOR_KEY: server.operatorKey,
    STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
    TWILIO_AUTH_TOKEN: SECRETS.twilio,
    RESEND_WEBHOOK_SECRET: SECRETS.resend,
  };
  const words = argv.map((word) => (word === "src_…" ? source : word));
  const result = await cli(words, { env, ...options });
  if (!options.interrupted) assert.equal(result.exitCode, 0, `${words.join(" ")} ${result.stderr}`);
  return result;
}

/** The event that a request became: its type. */
async function becomes(url: string, request: SentRequest): Promise<string> {
  const { status, body } = await sendToSource(url, request);
  assert.equal(status, 200, JSON.stringify(body));
  const source = await sourceOf(url);
  return eventually("a receipt", async () => {
    const path = `/api/receipts?sourceId=${source}&outcome=published&limit=1`;
    const { data } = (await server.api("GET", path)).body;
    return data[0]?.eventType;
  });
}

/** A stream answers at once and tells what happens from `ready` on: what came before would be waited for in vain. */
async function untilReady(body: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  // Half of a split body: to cancel it would wait for the other half.
  for await (const chunk of body.values({ preventCancel: true })) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("event: ready")) return;
  }
  throw new Error(`the stream ended before it stood: ${text}`);
}

async function sourceOf(url: string): Promise<string> {
  const { data } = (await server.api("GET", "/api/sources?limit=100")).body;
  return data.find((each: { url: string }) => each.url === url).id;
}

const INVOICE = { id: "evt_g1", type: "invoice.paid" };

test("the first lines make a source, give it its secret, and show what arrives", async () => {
  const [create = [], roll = [], tail = []] = posthornLines(
    guideSection("incoming", "Incoming webhooks"),
  );
  const url = (await run(create)).stdout.trim();
  const id = await sourceOf(url);
  await run(roll, id, { stdin: SECRETS.stripe });
  const stop = new AbortController();
  let sent: Promise<string> | undefined;
  const seen = await run(tail, id, {
    interrupted: stop.signal,
    onOutput: () => stop.abort(),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes("/api/stream") || !response.body) return response;
      const [body, watched] = response.body.tee();
      sent ??= untilReady(watched).then(() =>
        becomes(url, fromStripe(INVOICE, { at: Date.now() })),
      );
      // Nothing will be shown: what went wrong is thrown below.
      sent.catch(() => stop.abort());
      return new Response(body, response);
    },
  });
  assert.equal(await sent, "stripe.invoice.paid");
  assert.equal(seen.exitCode, 130);
  assert.match(seen.stdout, /✓ +invoice\.paid +→ stripe\.invoice\.paid +rcp_/);
});

test("provider by provider: one line each, and what their libraries sign becomes an event", async () => {
  const lines = posthornLines(guideSection("incoming", "Provider by provider"));
  assert.deepEqual(
    lines.map((argv) => argv[argv.indexOf("--provider") + 1]),
    ["stripe", "twilio", "resend", "github", "standard"],
  );
  const at = Date.now();
  const [stripe = "", twilio = "", resend = ""] = await Promise.all(
    lines.slice(0, 3).map(async (argv) => (await run(argv)).stdout.trim()),
  );
  const invoice = fromStripe({ id: "evt_g2", type: "invoice.paid" }, { at });
  assert.equal(await becomes(stripe, invoice), "stripe.invoice.paid");
  const sms = fromTwilio(twilio, { MessageSid: "SM1", MessageStatus: "delivered" });
  assert.equal(await becomes(twilio, sms), "twilio.message.delivered");
  const mail = fromSvix({ type: "email.delivered", data: {} }, { id: "msg_g1", at });
  assert.equal(await becomes(resend, mail), "resend.email.delivered");
  const [github, standard] = await Promise.all(
    lines.slice(3).map(async (argv) => (await run([...argv, "--json"])).json),
  );
  const pull = fromGithub("pull_request", { action: "opened" }, { ...github, delivery: "d-1" });
  assert.equal(await becomes(github.url, pull), "github.pull_request.opened");
  const { secret } = standard;
  const paid = fromSvix({ type: "invoice.paid" }, { id: "m_1", at, secret, names: "webhook" });
  assert.equal(await becomes(standard.url, paid), "standard.invoice.paid");
});

test("a scheme of somebody's own and a mapping are understood, and the log is read", async () => {
  const [generic = []] = posthornLines(guideSection("incoming", "Anybody else"));
  const made = (await run([...generic, "--json"])).json;
  assert.equal(made.scheme.header.toLowerCase(), "x-shop-signature");
  const [map = []] = posthornLines(guideSection("incoming", "Map types"));
  const mapped = (await run([...map, "--json"], made.id)).json;
  assert.deepEqual(mapped.mapping, {
    "invoice.paid": "billing.invoice_paid",
    "charge.failed": null,
  });
  await run(["receipts", "list", "--source", "src_…"], made.id);
  await run(["sources", "providers"]);
});
