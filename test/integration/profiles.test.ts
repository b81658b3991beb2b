import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { guideByPosition, judges, stripe } from "../conformance/judges.ts";
import { createEndpoint, deliveryOf, plainHeaders } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";
import { testCertificates } from "../kit/tls.ts";

const HOUR = 3_600;
/** The six profiles: what their documents say about types, attempts and the last retry. */
const PROFILES = {
  default: { types: 0, attempts: 10, totalSeconds: 272_105, disablesOn410: true },
  fanhaven: { types: 5, attempts: 10, totalSeconds: 272_105, disablesOn410: false },
  "fanfare/planned": {
    types: 16,
    attempts: 6,
    totalSeconds: 14 * HOUR + 36 * 60,
    disablesOn410: false,
  },
  "fanfare/overview": {
    types: 21,
    attempts: 6,
    totalSeconds: 14 * HOUR + 36 * 60,
    disablesOn410: false,
  },
  "fanfare/guide": {
    types: 19,
    attempts: 6,
    totalSeconds: 10 * HOUR + 36 * 60,
    disablesOn410: false,
  },
  fabhub: { types: 0, attempts: 10, totalSeconds: 272_105, disablesOn410: true },
};

for (const [profile, facts] of Object.entries(PROFILES)) {
  describe(profile, () => {
    let server: TestServer;
    let receiver: Receiver;
    let folder: string;
    const isTls = profile === "fanfare/overview";

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "posthorn-ca-"));
      const { authority, good } = testCertificates();
      await writeFile(join(folder, "ca.pem"), authority);
      receiver = await startReceiver(isTls ? { tls: good } : {});
      server = await createTestServer({ profile, argv: ["--extra-ca", join(folder, "ca.pem")] });
    });

    after(async () => {
      await server.close();
      await receiver.close();
      await rm(folder, { recursive: true });
    });

    /** A type of the catalogue, or any where it is open. */
    async function anyType(): Promise<{ type: string; data: unknown }> {
      const { body } = await server.api("GET", "/api/event-types");
      const [first] = body.data;
      return first
        ? { type: first.type, data: first.example.data }
        : { type: "order.created", data: { n: 1 } };
    }

    test("the catalogue has exactly the types of its document", async () => {
      const { status, body } = await server.api("GET", "/api/event-types");
      assert.equal(status, 200);
      assert.equal(body.data.length, facts.types);
      for (const entry of body.data) {
        assert.ok(
          entry.description && entry.group && entry.schema && entry.example.data,
          entry.type,
        );
      }
    });

    test("an official or independent receiver accepts what arrives, and refuses another body or secret", async () => {
      const endpoint = await createEndpoint(server, `${receiver.url}/status/200?judge`);
      const posted = await server.api("POST", "/api/events", await anyType());
      assert.equal(posted.status, 202, JSON.stringify(posted.body));
      await deliveryOf(server, posted.body.id, ({ status }) => status === "delivered");
      const request = receiver.requests.find(({ path }) => path.endsWith("?judge"));
      assert.ok(request);
      const headers = plainHeaders(request);
      const judge = judges[profile];
      assert.ok(judge);
      judge(headers, request.body, endpoint.secret);
      const altered = Buffer.from(request.body);
      altered[altered.length - 2] = 0x20;
      assert.throws(() => judge(headers, altered, endpoint.secret));
      assert.throws(() =>
        judge(headers, request.body, endpoint.secret.replace(/.{6}=?$/, "AAAAAA=")),
      );
      if (profile === "fanfare/guide") {
        stripe(headers, request.body, endpoint.secret);
        guideByPosition(headers, request.body, endpoint.secret);
      }
      await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
    });

    test("410 gets every attempt of the table, or disables, as the profile says", async () => {
      const endpoint = await createEndpoint(server, `${receiver.url}/status/410?table`);
      const posted = await server.api("POST", "/api/events", await anyType());
      const { delaysSeconds } = server.services.platforms.get(profile).wireFormat.delivery;
      assert.equal(delaysSeconds.length, facts.attempts);
      assert.equal(
        delaysSeconds.reduce((sum, seconds) => sum + seconds, 0),
        facts.totalSeconds,
      );
      if (facts.disablesOn410) {
        await deliveryOf(server, posted.body.id, ({ status }) => status === "held");
      } else {
        for (let attempt = 1; attempt < facts.attempts; attempt++) {
          await deliveryOf(
            server,
            posted.body.id,
            ({ attemptCount, status }) => attemptCount === attempt && status === "retrying",
          );
          await server.advance((delaysSeconds[attempt] ?? 0) * 1_100 + 1_000);
        }
        const failed = await deliveryOf(
          server,
          posted.body.id,
          ({ status }) => status === "failed",
        );
        assert.equal(failed["attemptCount"], facts.attempts);
      }
      const { body } = await server.api("GET", `/api/webhooks/${endpoint.id}`);
      assert.equal(body.status, facts.disablesOn410 ? "disabled" : "failing");
      await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
    });
  });
}

test("during an overlapping roll both secrets verify, and after it only the new one", async () => {
  const server = await createTestServer();
  const receiver = await startReceiver();
  try {
    const endpoint = await createEndpoint(server, `${receiver.url}/status/200`);
    const rolled = await server.api("POST", `/api/webhooks/${endpoint.id}/roll-secret`, {
      previousExpiresIn: "24h",
    });
    assert.equal(rolled.status, 200);
    const judge = judges["default"];
    assert.ok(judge);
    await server.api("POST", "/api/events", { type: "order.created", data: {} });
    const [first] = await receiver.waitFor(1);
    assert.ok(first);
    judge(plainHeaders(first), first.body, rolled.body.secret);
    judge(plainHeaders(first), first.body, endpoint.secret);
    await server.advance(25 * HOUR * 1_000);
    // Moving time in the database is no change that nodes hear of; a change of the endpoint is.
    await server.api("PATCH", `/api/webhooks/${endpoint.id}`, { description: "after the roll" });
    await server.api("POST", "/api/events", { type: "order.created", data: {} });
    const second = (await receiver.waitFor(2))[1];
    assert.ok(second);
    judge(plainHeaders(second), second.body, rolled.body.secret);
    assert.throws(() => judge(plainHeaders(second), second.body, endpoint.secret));
  } finally {
    await server.close();
    await receiver.close();
  }
});

test("fanfare/overview refuses http in every mode", async () => {
  const server = await createTestServer({ profile: "fanfare/overview" });
  try {
    const answer = await server.api("POST", "/api/webhooks", {
      url: "http://127.0.0.1:9000/hook",
      events: ["*"],
    });
    assert.equal(answer.status, 422);
    assert.deepEqual(
      answer.body.errors.map((each: { code: string }) => each.code),
      ["https_required"],
    );
  } finally {
    await server.close();
  }
});
