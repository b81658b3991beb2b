import { readApiKeyPrefix, SESSION_TOKEN_PREFIX } from "../domain/api-key.ts";
import type { OrganizationId } from "../domain/id.ts";
import { readCredential, toPersonCaller, type Caller, type Credentials } from "./authenticate.ts";
import { authenticatePerson, type PersonContext } from "./person.ts";

/** The token of a command line's session; undefined for keys. Throws the 400s of the catalogue. */
export function readCliToken(credentials: Credentials): string | undefined {
  // Asked first: publishing with a key must not pay for a look at its checksum twice.
  const { authorization = "" } = credentials.headers;
  if (!/^bearer phs_/i.test(authorization)) return undefined;
  const token = readCredential(credentials);
  return readApiKeyPrefix(token) === SESSION_TOKEN_PREFIX ? token : undefined;
}

/** Whom a command line acts for: browsers never send this token by themselves, so no other site can. */
export async function authenticateCli(
  context: PersonContext,
  asked: {
    readonly token: string;
    readonly organizationId: OrganizationId | undefined;
    /** See `authenticatePerson`. */
    readonly isIdle?: boolean;
  },
): Promise<Caller> {
  return toPersonCaller(await authenticatePerson(context, { ...asked, isCli: true }));
}
