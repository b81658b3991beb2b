import type { ReactNode } from "react";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import type { Delivery } from "./calls.ts";
import { strings } from "./strings.ts";

/** A sentence about what is unusual, with the way out; nothing when nothing is. */
export function DeliveryState({ delivery }: { readonly delivery: Delivery }) {
  const { status, blockedBy, cancelReason, failureReason, isIsolated, endpointId } = delivery;
  if (blockedBy !== null) {
    const to = `/settings/integrations/webhooks/${endpointId}/deliveries/${blockedBy}`;
    return (
      <Line action={<ButtonLink to={to}>{strings.openBlocker}</ButtonLink>}>{strings.blocked}</Line>
    );
  }
  if (status === "held") return <Line>{strings.held}</Line>;
  if (failureReason === "poison") return <Line>{strings.poison}</Line>;
  if (cancelReason !== null) return <Line>{strings.cancelReason(cancelReason)}</Line>;
  if (isIsolated && status !== "delivered") return <Line>{strings.isolated}</Line>;
  return null;
}

function Line({ children, action }: { readonly children: string; readonly action?: ReactNode }) {
  return (
    <p className="mb-5 flex flex-wrap items-center gap-2 rounded-control bg-warn-tint px-3 py-2 text-table text-warn">
      <StatusGlyph name="warning" />
      <span className="flex-1">{children}</span>
      {action}
    </p>
  );
}
