import { explainVerification, type VerificationStep } from "@posthorn/sdk/webhooks";
import type { Sql } from "../db/pool.ts";
import type { Vault } from "../platform/vault.ts";
import type { CompiledFormat, Platforms } from "../platforms.ts";
import { listSecretsOfUrl, type Inbox, type InboxRequest } from "../store/inboxes.ts";
import { sealedPlace } from "../store/sealed-place.ts";

/** The signature check of a received request, step by step, as a receiver of its own would do it. */
export interface RequestVerification {
  readonly verified: boolean;
  /** The wire format it was judged by; null when no endpoint sends to this inbox. */
  readonly wireFormat: string | null;
  readonly steps: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
}

/** A format and the secrets that may have signed. */
export interface Verifier {
  readonly format: CompiledFormat;
  readonly secrets: readonly string[];
}

/** The endpoints of the organization that send to this inbox, each with its opened secrets. */
export async function listVerifiers(
  services: { readonly sql: Sql; readonly vault: Vault; readonly platforms: Platforms },
  inbox: Inbox,
  url: string,
): Promise<Verifier[]> {
  const rows = await listSecretsOfUrl(services.sql, inbox.organizationId, url);
  const byEndpoint = Map.groupBy(rows, (row) => row.endpointId);
  return [...byEndpoint.values()].flatMap((group) => {
    const format = services.platforms.findFormat(group[0]?.wireFormat ?? "");
    if (!format) return [];
    const secrets = group.map((row) =>
      services.vault
        .open(inbox.organizationId, row.dataKeySealed)
        .unseal(sealedPlace.secret(row.secretId), row.secretSealed),
    );
    return [{ format, secrets }];
  });
}

/** Judged at the time of receipt: a request that was good then does not turn bad by being looked at later. */
export function verifyRequest(
  request: InboxRequest,
  context: { readonly verifiers: readonly Verifier[]; readonly firstNumber: number | undefined },
): RequestVerification {
  const explained = context.verifiers.map(({ format, secrets }) => ({
    wireFormat: format.id,
    explanation: explainVerification(format.verification, {
      headers: request.headers,
      body: request.body,
      secrets,
      now: request.receivedAt.getTime(),
    }),
  }));
  const best = explained.find(({ explanation }) => explanation.verification.ok) ?? explained[0];
  if (!best) return { verified: false, wireFormat: null, steps: [NO_ENDPOINT] };
  const steps: VerificationStep[] = [...best.explanation.steps];
  const { ok } = best.explanation.verification;
  return {
    verified: ok,
    wireFormat: best.wireFormat,
    steps: [...steps, seenBefore(request, context)],
  };
}

const NO_ENDPOINT = Object.freeze({
  name: "endpoint",
  ok: false,
  detail:
    "No endpoint of this organization sends to this inbox, so there is no secret to check with.",
});

function seenBefore(request: InboxRequest, { firstNumber }: { firstNumber: number | undefined }) {
  const isFirst = firstNumber === undefined || firstNumber === request.number;
  const detail = isFirst
    ? "First time that this id is seen."
    : `Duplicate of request ${firstNumber}, with the same id: a receiver answers 2xx and does nothing.`;
  return { name: "duplicate", ok: true, detail };
}
