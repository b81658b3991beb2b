import type { WebhookFormat } from "@posthorn/sdk/webhooks";

/** What the commands on profiles need; the program of the server brings it, with the rules of profiles. */
export interface ProfileTools {
  lint(file: string): readonly ProfileFinding[];
  /** Each is a file, or the id of a built-in one. */
  diff(one: string, other: string): readonly ProfileChange[];
  /** An example of each event, signed. */
  sample(name: string): ProfileSample;
}

export interface ProfileFinding {
  readonly level: "error" | "warning";
  readonly pointer: string;
  readonly message: string;
}

export interface ProfileChange {
  readonly pointer: string;
  /** Undefined where there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface ProfileSample {
  readonly format: WebhookFormat;
  readonly secret: string;
  /** When it was signed: milliseconds since the epoch. */
  readonly at: number;
  readonly requests: readonly {
    readonly type: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: Buffer;
  }[];
}
