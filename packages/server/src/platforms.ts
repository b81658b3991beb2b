import {
  compileSignature,
  signedContent,
  type Signature,
  type SignInput,
} from "@posthorn/sdk/webhooks";
import { eventTypeNames } from "./domain/catalogue.ts";
import { overlayCatalogue, type EventTypeChange } from "./domain/catalogue-overlay.ts";
import type { EventTypeNames } from "./domain/event-type.ts";
import { withPlanRules, type PlanRules } from "./domain/plan-rules.ts";
import { originsOf, mergeDocument } from "./domain/profile-merge.ts";
import type { Profile } from "./domain/profile.ts";
import { isRecord } from "./domain/json-record.ts";
import { compileWireFormat, type WireFormat } from "./domain/wire-format.ts";
import { assert } from "./platform/assert.ts";

/** What operators have changed of a profile. */
export interface Overlay {
  /** Grows with each change; 0 is the profile as its files say. */
  readonly version: number;
  readonly eventTypes: ReadonlyMap<
    string,
    {
      readonly change: EventTypeChange;
      readonly version: number;
      readonly updatedAt: Date;
      readonly deprecatedAt: Date | null;
    }
  >;
  /** Plans that were published; null: the profile's own. */
  readonly plans: PlanRules | null;
}

/** A profile with what is worked out from it once. */
export interface Platform {
  /** With what operators have changed. */
  readonly profile: Profile;
  /** As its files say. */
  readonly base: Profile;
  readonly overlay: Overlay;
  readonly catalogue: EventTypeNames;
  /** The format that new endpoints pin. */
  readonly wireFormat: CompiledFormat;
}

/** A wire format ready to sign. */
export interface CompiledFormat extends WireFormat {
  readonly compiledSignature: Signature;
}

/** What a format signs, as people compare it. */
export function signedText(
  { compiledSignature }: CompiledFormat,
  signed: Pick<SignInput, "id" | "timestamp"> & { readonly body: string },
): string {
  return signedContent(compiledSignature, signed);
}

/** What the origins of a profile call whoever runs this installation. */
export const OPERATOR = "operator";

/** All profiles and wire formats of this process. */
export interface Platforms {
  /** Throws for an unknown profile: what the database names must be installed. */
  get(profileId: string): Platform;
  find(profileId: string): Platform | undefined;
  list(): readonly Platform[];
  format(id: string): CompiledFormat;
  findFormat(id: string): CompiledFormat | undefined;
  /** Puts what operators have changed over a profile; what is older than what is there already changes nothing. */
  put(profileId: string, overlay: Overlay): void;
}

const UNCHANGED: Overlay = Object.freeze({ version: 0, eventTypes: new Map(), plans: null });

export function createPlatforms(profiles: ReadonlyMap<string, Profile>): Platforms {
  const platforms = new Map<string, Platform>();
  const formats = new Map<string, CompiledFormat>();
  for (const profile of profiles.values()) {
    const format = compileWireFormat(profile);
    const wireFormat = { ...format, compiledSignature: compileSignature(format.signature) };
    formats.set(format.id, wireFormat);
    platforms.set(profile.id, overlaid({ base: profile, wireFormat }, UNCHANGED));
  }
  return {
    get(profileId) {
      const platform = platforms.get(profileId);
      assert(platform, `the profile ${profileId} is not installed`);
      return platform;
    },
    find: (profileId) => platforms.get(profileId),
    list: () => [...platforms.values()],
    format(id) {
      const format = formats.get(id);
      assert(format, `the wire format ${id} is not installed`);
      return format;
    },
    findFormat: (id) => formats.get(id),
    put(profileId, overlay) {
      const known = platforms.get(profileId);
      // Of a profile that only another node has, until this one is replaced.
      if (!known || known.overlay.version > overlay.version) return;
      platforms.set(profileId, overlaid(known, overlay));
    },
  };
}

function overlaid(
  { base, wireFormat }: Pick<Platform, "base" | "wireFormat">,
  overlay: Overlay,
): Platform {
  const listed = overlay.eventTypes.size === 0 ? base : withEventTypes(base, overlay);
  const profile = overlay.plans === null ? listed : withPlans(listed, overlay.plans);
  return { profile, base, overlay, catalogue: eventTypeNames(profile), wireFormat };
}

function withEventTypes(base: Profile, { eventTypes }: Overlay): Profile {
  const changes = new Map([...eventTypes].map(([type, { change }]) => [type, change]));
  return Object.freeze({
    ...base,
    catalogue: overlayCatalogue(base.catalogue, changes),
    origins: new Map([...base.origins, ["/catalogue/groups", OPERATOR]]),
  });
}

/** What is as it was keeps its origin: operators write plans as a whole, and change a word. */
function withPlans(before: Profile, rules: PlanRules): Profile {
  const profile = withPlanRules(before, rules);
  const isOurs = (pointer: string) => /^\/access\/(plans|gates|limits)(\/|$)/.test(pointer);
  const kept = [...before.origins].filter(([pointer]) => !isOurs(pointer));
  const written = [...originsOf(mergeDocument(undefined, { access: rules }, OPERATOR))];
  const origins = written.map(([pointer, origin]): [string, string] => {
    const known = before.origins.get(pointer);
    const isSame = valueAt(before, pointer) === valueAt(profile, pointer);
    return [pointer, known !== undefined && isSame ? known : origin];
  });
  return Object.freeze({ ...profile, origins: new Map([...kept, ...origins]) });
}

/** As JSON text; the pointers are those of origins, so no list is gone into. */
function valueAt(profile: Profile, pointer: string): string | undefined {
  const parts = pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = parts.reduce<unknown>(
    (value, part) => (isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined),
    profile,
  );
  return JSON.stringify(found);
}
