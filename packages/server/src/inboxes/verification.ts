import { explainVerification, type HeaderBag } from "@posthorn/sdk/webhooks";
import { formatId } from "../domain/id.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import type { SigningEndpointRow } from "../store/inboxes.ts";
import { sealedPlace } from "../store/sealed-place.ts";

/** The signature check of a request, in steps, as a receiver with the endpoint's secrets does it. */
export interface RequestVerification {
  readonly verified: boolean;
  /** A reason of the SDK; null when the signature is good. */
  readonly reason: string | null;
  /** Public id of the endpoint whose secrets were used. */
  readonly endpointId: string;
  readonly wireFormat: string;
  /** In the order of the work; when the check fails, the first step that is not `ok` says why. */
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
}

/** A request as far as it is checked. */
export interface CheckedRequest {
  readonly headers: HeaderBag;
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/**
 * Checks a request against the endpoints that send to its inbox. Of several the one that accepts it is shown, else
 * the one whose check got furthest. Null without any endpoint.
 */
export function verifyRequest(
  { vault, platforms }: { readonly vault: Pick<Vault, "open">; readonly platforms: Platforms },
  endpoints: readonly SigningEndpointRow[],
  request: CheckedRequest,
): RequestVerification | null {
  const results = endpoints.map((endpoint): RequestVerification => {
    const sealer = vault.open(endpoint.organizationId, endpoint.dataKeySealed);
    const secrets = endpoint.secrets.map(({ id, secretSealed }) =>
      sealer.unseal(sealedPlace.secret(id), secretSealed),
    );
    const format = platforms.format(endpoint.wireFormat);
    const { headers, body, receivedAt } = request;
    const now = receivedAt.getTime();
    const { verification, steps } = explainVerification(format.verification, {
      headers,
      body,
      secrets,
      now,
    });
    return {
      verified: verification.ok,
      reason: verification.ok ? null : verification.reason,
      endpointId: formatId("ep", endpoint.id),
      wireFormat: format.id,
      steps,
    };
  });
  const accepted = results.find(({ verified }) => verified);
  return accepted ?? results.toSorted((one, other) => progress(other) - progress(one))[0] ?? null;
}

function progress({ steps }: RequestVerification): number {
  return steps.filter(({ ok }) => ok).length;
}

/** The step after the signature: a good request may still be one that was worked off already. */
export function withSeenBefore(
  verification: RequestVerification | null,
  seen: { readonly duplicateOf: number | null; readonly by: string | null },
): RequestVerification | null {
  if (verification === null) return null;
  const step = { name: "seen_before", ok: true, detail: seenBefore(seen) };
  return { ...verification, steps: [...verification.steps, step] };
}

function seenBefore(seen: { readonly duplicateOf: number | null; readonly by: string | null }) {
  if (seen.by === null) return "There is no id and no body to recognise it by.";
  if (seen.duplicateOf === null) return `First time: no earlier request has this ${seen.by}.`;
  return `Duplicate of #${seen.duplicateOf}, same ${seen.by}: answer 2xx and do the work once.`;
}
