import {
  compileSignature,
  signedContent,
  type Signature,
  type SignInput,
} from "@posthorn/sdk/webhooks";
import { eventTypeNames } from "./domain/catalogue.ts";
import type { EventTypeNames } from "./domain/event-type.ts";
import type { Profile } from "./domain/profile.ts";
import { compileWireFormat, type WireFormat } from "./domain/wire-format.ts";
import { assert } from "./platform/assert.ts";

/** A profile with what is worked out from it once. */
export interface Platform {
  readonly profile: Profile;
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

/** All profiles and wire formats of this process. */
export interface Platforms {
  /** Throws for an unknown profile: what the database names must be installed. */
  get(profileId: string): Platform;
  find(profileId: string): Platform | undefined;
  list(): readonly Platform[];
  format(id: string): CompiledFormat;
  findFormat(id: string): CompiledFormat | undefined;
}

export function createPlatforms(profiles: ReadonlyMap<string, Profile>): Platforms {
  const platforms = new Map<string, Platform>();
  const formats = new Map<string, CompiledFormat>();
  for (const profile of profiles.values()) {
    const format = compileWireFormat(profile);
    const wireFormat = { ...format, compiledSignature: compileSignature(format.signature) };
    formats.set(format.id, wireFormat);
    platforms.set(profile.id, { profile, catalogue: eventTypeNames(profile), wireFormat });
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
  };
}
