import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSignature, sign, signatureKey } from "@posthorn/sdk/webhooks";
import { eventTypesOf } from "../../packages/server/src/domain/catalogue.ts";
import { buildBody } from "../../packages/server/src/domain/wire-body.ts";
import {
  buildHeaders,
  signedId,
  type WireFormat,
} from "../../packages/server/src/domain/wire-format.ts";
import { unixSeconds } from "../../packages/server/src/domain/wire-time.ts";
import { loadProfiles } from "../../packages/server/src/profiles.ts";
import { guideByPosition, judges, stripe } from "./judges.ts";

const { profiles, wireFormats } = loadProfiles();
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

const IDS = {
  eventId: "01890a5d-ac96-774b-bcce-b302099a8057",
  deliveryId: "01890a5d-ac96-774b-bcce-b302099a8058",
  organizationId: "00000000-0000-0000-0000-000000000010",
};
const EVENT = {
  type: "queue.consumer_admitted",
  occurredAt: new Date("2026-06-20T15:30:00.987Z"),
  data: Buffer.from('{"consumerId":"con_é日本","n":1.0,"experienceId":"exp_1"}'),
};

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function format(profileId: string): WireFormat {
  const found = wireFormats.get(`${profileId}@1`);
  assert.ok(found, profileId);
  return found;
}

function request(
  one: WireFormat,
  { secrets = [SECRET], event = EVENT, at = new Date() } = {},
): Request {
  const input = { ...IDS, ...event };
  const body = buildBody(one, input);
  const keys = secrets.map((secret) => signatureKey(one.signature, secret));
  const id = signedId(one, input);
  const signature = sign(compileSignature(one.signature), {
    keys,
    id,
    timestamp: unixSeconds(at),
    body,
  });
  const flat = buildHeaders(one, { ...input, attemptAt: at, signature });
  const pairs = flat.flatMap((name, index) => (index % 2 ? [] : [[name, flat[index + 1] ?? ""]]));
  return { headers: Object.fromEntries(pairs), body };
}

function judge(profileId: string, { headers, body }: Request, secret = SECRET): void {
  const one = judges[profileId];
  assert.ok(one, `no judge for ${profileId}`);
  one(headers, body, secret);
}

test("every profile has a judge", () => {
  assert.deepEqual(Object.keys(judges).toSorted(), [...profiles.keys()].toSorted());
});

for (const profile of profiles.values()) {
  test(`a receiver of ${profile.id} accepts what we send, for every event type of its catalogue`, () => {
    const one = format(profile.id);
    judge(profile.id, request(one));
    for (const { type, example } of eventTypesOf(profile)) {
      const event = { ...EVENT, type, data: Buffer.from(JSON.stringify(example)) };
      judge(profile.id, request(one, { event }));
    }
  });

  test(`a receiver of ${profile.id} refuses an altered body and another secret`, () => {
    const { headers, body } = request(format(profile.id));
    for (let index = 0; index < body.length; index += 7) {
      const altered = Buffer.from(body);
      altered[index] = (altered[index] ?? 0) ^ 1;
      assert.throws(() => judge(profile.id, { headers, body: altered }));
    }
    const longer = Buffer.concat([body, Buffer.from("\n")]);
    assert.throws(() => judge(profile.id, { headers, body: longer }));
    assert.throws(() => judge(profile.id, { headers, body }, OLD_SECRET));
  });
}

const SIGNS_TIME = ["default", "fanhaven", "fabhub", "fanfare/guide"];

for (const profileId of SIGNS_TIME) {
  test(`a receiver of ${profileId} refuses an old request and one with an altered time`, () => {
    const one = format(profileId);
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    judge(profileId, request(one, { at: minutes(-4) }));
    for (const count of [-6, 6]) {
      const late = request(one, { at: minutes(count) });
      assert.throws(() => judge(profileId, late), `${count} minutes`);
    }
    const { headers, body } = request(one);
    const seconds = String(unixSeconds(new Date()) - 60);
    const altered = Object.entries(headers).map(([name, value]) => [
      name,
      name === "webhook-timestamp" ? seconds : value.replace(/^t=\d+/, `t=${seconds}`),
    ]);
    const moved = { headers: Object.fromEntries(altered), body };
    assert.throws(() => judge(profileId, moved));
  });
}

test("during a roll receivers with the old and with the new secret accept", () => {
  const standard = request(format("default"), { secrets: [SECRET, OLD_SECRET] });
  judge("default", standard, SECRET);
  judge("default", standard, OLD_SECRET);

  const guide = request(format("fanfare/guide"), { secrets: [OLD_SECRET, SECRET] });
  stripe(guide.headers, guide.body, SECRET);
  stripe(guide.headers, guide.body, OLD_SECRET);
});

test("a receiver that reads the guide's header by position goes on with the old secret until the roll ends", () => {
  const { headers, body } = request(format("fanfare/guide"), { secrets: [OLD_SECRET, SECRET] });
  guideByPosition(headers, body, OLD_SECRET);
  assert.throws(() => guideByPosition(headers, body, SECRET));
});

test("a header that may hold one signature holds one, also when two secrets are given", () => {
  const both = request(format("fanfare/planned"), { secrets: [OLD_SECRET, SECRET] });
  judge("fanfare/planned", both, OLD_SECRET);
});

test("the secret of the planned document's example works although it is not base64", () => {
  const secret = "whsec_your_secret_key";
  judge("fanfare/planned", request(format("fanfare/planned"), { secrets: [secret] }), secret);
});
