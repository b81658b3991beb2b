/** What must exist before anything is served: keys of the installation, the operator's key, one organization. */
import * as crypto from "node:crypto";
import { keyDigest } from "./access/keys.ts";
import type { Config } from "./config.ts";
import type { Pool, Sql } from "./db/pool.ts";
import { databaseFailure } from "./db/sqlstate.ts";
import { shownPrefix } from "./domain/api-key.ts";
import { asId, type OrganizationId } from "./domain/id.ts";
import { PARTITION_DAYS_AHEAD } from "./limits.ts";
import { createMailBodies, type MailBodies } from "./mail/body.ts";
import { newUuid, randomBytes } from "./platform/random.ts";
import { seal, sealingKey, unseal } from "./platform/seal.ts";
import { createVault, type Vault } from "./platform/vault.ts";
import {
  ensureInstallation,
  ensurePartitions,
  listUsedProfiles,
  lockInstallation,
} from "./store/installation.ts";
import { sealPlainMails } from "./store/mails.ts";
import type { Platforms } from "./platforms.ts";
import { ensureOperatorKey } from "./store/operator-keys.ts";
import { findFirstOrganization, insertOrganization } from "./store/organizations.ts";

/** Why this node must not run on this database; the message says what to do. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

export interface Setup {
  readonly vault: Vault;
  readonly pepper: crypto.KeyObject;
  readonly mailBodies: MailBodies;
  /** The first organization of the installation. */
  readonly organizationId: OrganizationId;
}

const PEPPER_BYTES = 32;
const PEPPER_PLACE = "installation|pepper";

/** What the database and a snapshot know of the master key. */
export function masterKeyFingerprint(masterKey: Buffer): Buffer {
  return crypto.createHash("sha256").update(masterKey).digest();
}

/** Idempotent; nodes that start together wait for each other. Throws `SetupError` for another master key. */
export async function setUp(
  pool: Pool,
  config: Pick<Config, "profile"> & { readonly masterKey: string; readonly operatorKey: string },
): Promise<Setup> {
  const masterKeyBytes = Buffer.from(config.masterKey, "base64");
  const masterKey = sealingKey(masterKeyBytes);
  const fingerprint = masterKeyFingerprint(masterKeyBytes);
  return pool.begin(async (tx) => {
    await lockInstallation(tx);
    const installation = await ensureInstallation(tx, {
      masterKeyFingerprint: fingerprint,
      pepperSealed: seal(masterKey, PEPPER_PLACE, randomBytes(PEPPER_BYTES)),
    });
    if (!installation.masterKeyFingerprint.equals(fingerprint)) {
      throw new SetupError(
        "The master key is not the one this database was set up with. Restore POSTHORN_MASTER_KEY from your backup.",
      );
    }
    const pepper = crypto.createSecretKey(
      unseal(masterKey, PEPPER_PLACE, installation.pepperSealed),
    );
    const mailBodies = createMailBodies(pepper);
    await sealPlainMails(tx, mailBodies.seal);
    await ensureOperatorKey(tx, {
      id: asId<"opk">(newUuid()),
      name: "first operator key",
      digest: keyDigest(pepper, config.operatorKey),
      prefix: shownPrefix(config.operatorKey),
    });
    // Busy tables are no reason not to start: days are made a week ahead.
    await tx.savepoint((inner) => ensurePartitions(inner, PARTITION_DAYS_AHEAD)).catch(unlessBusy);
    const vault = createVault(masterKey);
    const first = await findFirstOrganization(tx);
    if (first) return { vault, pepper, mailBodies, organizationId: first.id };
    const id = asId<"org">(newUuid());
    const dataKeySealed = vault.newDataKey(id);
    const profile = config.profile;
    await insertOrganization(tx, {
      id,
      name: "First organization",
      profile,
      plan: null,
      dataKeySealed,
    });
    return { vault, pepper, mailBodies, organizationId: id };
  });
}

function unlessBusy(error: unknown): void {
  if (databaseFailure(error) !== "unavailable") throw error;
}

/**
 * Throws a `SetupError` when an organization or an endpoint uses a profile that is not installed here: its events
 * would be refused one by one, and those of others that share a batch with them.
 */
export async function requireInstalledProfiles(sql: Sql, platforms: Platforms): Promise<void> {
  const used = await listUsedProfiles(sql);
  const missing = [
    ...used.profiles.filter((id) => !platforms.find(id)),
    ...used.wireFormats.filter((id) => !platforms.findFormat(id)),
  ];
  if (missing.length === 0) return;
  throw new SetupError(
    `The database uses ${missing.join(", ")}, which this process does not have. Start it with --profile and the file of that profile.`,
  );
}
