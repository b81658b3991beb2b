/** The dialogs of a webhook's page: loaded when they are asked for. */
import { lazyPart } from "../../ui/lazy-part.tsx";

export const CheckDialog = lazyPart(() =>
  import("./check-dialog.tsx").then((it) => it.CheckDialog),
);
export const EndOverlapDialog = lazyPart(() =>
  import("./new-secret.tsx").then((it) => it.EndOverlapDialog),
);
export const ExtendDialog = lazyPart(() =>
  import("./new-secret.tsx").then((it) => it.ExtendDialog),
);
export const NewSecretDialog = lazyPart(() =>
  import("./new-secret.tsx").then((it) => it.NewSecretDialog),
);
export const NewEndpointDialog = lazyPart(() =>
  import("./new-endpoint-dialog.tsx").then((it) => it.NewEndpointDialog),
);
export const ReleaseDialog = lazyPart(() =>
  import("./release-dialog.tsx").then((it) => it.ReleaseDialog),
);
export const ReplayDialog = lazyPart(() =>
  import("./replay-dialog.tsx").then((it) => it.ReplayDialog),
);
export const RevealDialog = lazyPart(() =>
  import("./reveal-dialog.tsx").then((it) => it.RevealDialog),
);
export const RollDialog = lazyPart(() => import("./roll-dialog.tsx").then((it) => it.RollDialog));
export const TestDialog = lazyPart(() => import("./test-dialog.tsx").then((it) => it.TestDialog));
/** Of ordered endpoints alone. */
export const Queues = lazyPart(() => import("./queues.tsx").then((it) => it.Queues));
