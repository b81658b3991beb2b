/** What the simulation starts of the product; `modules.ts` loads it with its effects replaced. */
export { systemAudit } from "../../../packages/server/src/access/audit.ts";
export { cancel, redeliver } from "../../../packages/server/src/delivery/redeliver.ts";
export {
  pauseAllDeliveries,
  resumeAllDeliveries,
} from "../../../packages/server/src/delivery/pause-all.ts";
export { prepare } from "../../../packages/server/src/delivery/prepare.ts";
export { deleteEndpoint } from "../../../packages/server/src/endpoints/delete.ts";
export { rollSecret } from "../../../packages/server/src/endpoints/roll.ts";
export { pauseEndpoint, resumeEndpoint } from "../../../packages/server/src/endpoints/update.ts";
export { createEngine, type Engine } from "../../../packages/server/src/engine.ts";
export { followChanges, type ChangeFeed } from "../../../packages/server/src/nodes/changes.ts";
export { joinNodes, type Membership } from "../../../packages/server/src/nodes/membership.ts";
export { createVault } from "../../../packages/server/src/platform/vault.ts";
export { createPlatforms } from "../../../packages/server/src/platforms.ts";
export { loadProfiles } from "../../../packages/server/src/profiles.ts";
export { storeSecret } from "../../../packages/server/src/endpoints/secret.ts";
export { insertEndpoint } from "../../../packages/server/src/store/endpoints.ts";
export { insertOrganization } from "../../../packages/server/src/store/organizations.ts";
