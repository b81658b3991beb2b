import { addressPolicy, parseCidrs } from "../domain/address.ts";
import type { Clock } from "../platform/clock.ts";
import { createSender, type OwnOrigin, type Sender } from "./send.ts";

/** How requests leave this installation; plain data, so that another process can be told. */
export interface SenderSettings {
  /** Idle sockets over all origins. */
  readonly idleMax: number;
  readonly allowAddresses: readonly string[];
  /** PEM certificates trusted beside the usual roots. */
  readonly extraCa: string | undefined;
  readonly ownOrigin: OwnOrigin;
  /** False in production without allowed addresses: nobody is shown answers from a network. */
  readonly bodiesOfNonPublicKept: boolean;
}

export function openSender(settings: SenderSettings, clock: Clock): Sender {
  const policy = addressPolicy({ allow: parseCidrs(settings.allowAddresses).cidrs, deny: [] });
  return createSender({ ...settings, clock, policy });
}
