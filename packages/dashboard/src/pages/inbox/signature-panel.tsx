import { Link } from "@tanstack/react-router";
import { StatusGlyph } from "../../ui/icons.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import type { InboxRequest } from "./calls.ts";
import { strings } from "./strings.ts";

/** The check of the signature, a step a line: what a receiver does, and where it would stop. */
export function SignaturePanel({ request }: { readonly request: InboxRequest }) {
  const { verification, duplicateOf, unverifiedReason } = request;
  return (
    <section aria-labelledby="signature">
      <div className="flex items-center gap-3 pb-2">
        <h3 id="signature" className="text-body font-semibold">
          {strings.signature}
        </h3>
        {verification && (
          <span className="text-table">
            <StatusBadge
              status={verification.verified ? "verified" : "refused"}
              text={verification.verified ? strings.verified : strings.unverified}
            />
          </span>
        )}
      </div>
      {!verification && (
        <p className="text-table text-secondary">
          {unverifiedReason === null || unverifiedReason === "no_endpoint"
            ? strings.noEndpoint
            : unverifiedReason.replaceAll("_", " ")}
        </p>
      )}
      <ol className="text-table">
        {verification?.steps.map(({ name, ok, detail }) => (
          <li key={name} className="flex gap-3 border-b border-hairline py-1.5">
            <span className={`pt-[3px] ${ok ? "text-ok" : "text-bad"}`}>
              <StatusGlyph name={ok ? "check" : "cross"} />
            </span>
            <span className="w-24 shrink-0 text-secondary">{name.replaceAll("_", " ")}</span>
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{detail}</span>
          </li>
        ))}
        {/* The check says it as its last step; without one it is still worth knowing. */}
        {(!verification || duplicateOf !== null) && (
          <li className="flex gap-3 border-b border-hairline py-1.5">
            <span className={`pt-[3px] ${duplicateOf === null ? "text-ok" : "text-warn"}`}>
              <StatusGlyph name={duplicateOf === null ? "check" : "retry"} />
            </span>
            <span className="flex-1">
              {duplicateOf === null ? strings.first : strings.repeated(duplicateOf)}
            </span>
          </li>
        )}
      </ol>
      {verification && (
        <p className="pt-2 text-label text-muted">
          {strings.endpoint}{" "}
          <Link
            to={`/settings/integrations/webhooks/${verification.endpointId}`}
            className="text-accent hover:underline"
          >
            {verification.endpointId}
          </Link>{" "}
          · {verification.wireFormat}
        </p>
      )}
    </section>
  );
}
