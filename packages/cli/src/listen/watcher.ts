import type { Heard } from "./heard.ts";
import type { Report } from "./listening.ts";

/** What a listening machine is, for whoever watches it. */
export interface ListeningAs {
  readonly listenerId: string;
  readonly organizationId: string;
  readonly wireFormat: string;
  readonly events: readonly string[];
  readonly secret: string;
  /** Of the variable that the seeds' documents use for the secret. */
  readonly variable: string;
  readonly target: URL;
  readonly waitingCount: number;
}

/** Shows what happens: lines, JSON, next to nothing, or a screen. */
export interface Watcher {
  ready(as: ListeningAs): void;
  report(report: Report): void;
  /** The connection with the server is lost, and why; undefined when it stands again. */
  connection(trouble: string | undefined): void;
  /** Gives the terminal back. */
  close(): void;
}

/** What a person at a screen can do with an event. */
export interface Controls {
  /** Posts it to the local receiver once more, with a new signature. */
  retry(heard: Heard): void;
  /** Shows it in the dashboard. */
  open(heard: Heard): void;
  /** Writes it to a file; answers what to say about that. */
  save(heard: Heard): string;
  quit(): void;
}

/** `posthorn listen` names the variable as the platform's documents do. */
export function variableOf(wireFormat: string): string {
  const platform = wireFormat.split(/[/@]/, 1)[0] ?? "";
  // Not POSTHORN_…: a server that is started with a variable of that kind, and does not know it, refuses.
  if (platform === "default") return "WEBHOOK_SECRET";
  return `${platform.toUpperCase().replace(/\W/g, "_")}_WEBHOOK_SECRET`;
}
