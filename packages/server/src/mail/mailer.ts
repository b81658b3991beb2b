/** Everything that writes to people: what owners are told, and the queue that sends it. */
import type { Config } from "../config.ts";
import type { Pool } from "../db/pool.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { MailBodies } from "./body.ts";
import { startMailSender } from "./send.ts";
import { startTeller } from "./tell.ts";
import { createMailTransport } from "./transport.ts";

export interface Mailer {
  /** There are new notices. */
  tell(): void;
  /** There are new mails in the queue. */
  send(): void;
  /** Waits for the mail that is being sent. */
  stop(): Promise<void>;
}

export function startMailer(options: {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Config;
  readonly bodies: MailBodies;
}): Mailer {
  const { sql, clock, log, config, bodies } = options;
  const transport = createMailTransport(config);
  const sender = startMailSender({ sql, clock, log, bodies, transport, mode: config.mode });
  const teller = startTeller({ sql, clock, log, config, bodies, onQueued: sender.nudge });
  return {
    tell: teller.nudge,
    send: sender.nudge,
    async stop() {
      await teller.stop();
      await sender.stop();
    },
  };
}
