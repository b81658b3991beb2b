/** What the command line does with profiles, without a server. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { prepare } from "./delivery/prepare.ts";
import { openSecretText } from "./delivery/endpoints.ts";
import { eventTypesOf } from "./domain/catalogue.ts";
import { deliveryId } from "./domain/delivery.ts";
import { asId } from "./domain/id.ts";
import { lintProfile } from "./domain/profile-lint.ts";
import type { Profile, ProfileProblem } from "./domain/profile.ts";
import { generateSecret } from "./domain/secret.ts";
import { systemClock } from "./platform/clock.ts";
import { newUuid, randomBytes } from "./platform/random.ts";
import { createPlatforms } from "./platforms.ts";
import { checkExample, loadProfiles } from "./profiles.ts";

/** A profile that is no file and none of ours, or cannot be used. */
class ProfileFailure extends Error {
  override readonly name = "ProfileFailure";
}

interface Change {
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** `folder` is where the names of files are looked for. */
export function openProfileTools(folder = ".") {
  /** A file of the caller's is linted when it is read, and is undefined when it cannot be used. */
  function load(name: string) {
    const file = resolve(folder, name);
    if (existsSync(file)) {
      const { profiles, extraId, problems } = loadProfiles({ extraFile: file });
      return { profile: extraId === undefined ? undefined : profiles.get(extraId), problems };
    }
    const profile = loadProfiles().profiles.get(name);
    if (!profile) throw new ProfileFailure(`${name} is neither a file nor a built-in profile.`);
    return { profile, problems: undefined };
  }

  function get(name: string): Profile {
    const { profile } = load(name);
    if (!profile) throw new ProfileFailure(`${name} cannot be used: see posthorn profiles lint.`);
    return profile;
  }

  function lint(name: string): readonly ProfileProblem[] {
    const { profile, problems } = load(name);
    return problems ?? (profile ? lintProfile(profile, { checkExample }) : []);
  }

  return {
    lint,
    diff(one: string, other: string): readonly Change[] {
      const { origins: _one, ...before } = get(one);
      const { origins: _other, ...after } = get(other);
      return differences("", before, after);
    },
    sample: (name: string) => sampleOf(get(name)),
  };
}

/** An example of each event type, as an endpoint gets it. */
function sampleOf(profile: Profile) {
  const { wireFormat } = createPlatforms(new Map([[profile.id, profile]])).get(profile.id);
  const secret = generateSecret(wireFormat, randomBytes(wireFormat.secret.generatedBytes));
  const id = newUuid();
  const state = { id, state: "current", expiresAt: null } as const;
  const endpoint = { url: "", headers: [], secrets: [openSecretText(state, secret)] };
  const at = systemClock.now();
  const types = eventTypesOf(profile).map(({ type, example }) => ({ type, example }));
  const all = types.length > 0 ? types : [{ type: "order.created", example: { orderId: "o_1" } }];
  const requests = all.map(({ type, example }) => {
    const eventId = asId<"evt">(newUuid());
    const delivery = {
      id: deliveryId(eventId, asId<"ep">(id)),
      organizationId: asId<"org">(newUuid()),
      eventId,
      type,
      occurredAt: at,
      data: Buffer.from(JSON.stringify(example ?? {})),
      orderingKey: null,
      sequence: null,
    };
    const context = { format: wireFormat, now: at, traceparent: null };
    const { request } = prepare(delivery, endpoint, context);
    return { type, headers: request.headers, body: request.body };
  });
  return { format: wireFormat.verification, secret, at, requests };
}

/** Leaves that are not the same, in the order of the first one; a list is one value. */
function differences(pointer: string, before: unknown, after: unknown): readonly Change[] {
  if (isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      differences(
        `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        before[name],
        after[name],
      ),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, before, after }];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
