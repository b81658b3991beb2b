import type { Io } from "../io.ts";
import { escapeControls, type Part, type Terminal } from "../terminal.ts";
import type { Heard } from "./heard.ts";
import type { Answered, Report } from "./listening.ts";
import type { Watcher } from "./watcher.ts";

const SHOWN_BODY_LENGTH = 100;

/** What a local answer was, in a word or a number. */
export function resultText(result: Answered): string {
  return result.kind === "timeout" ? "timeout" : String(result.status);
}

export function isGood(result: Answered): boolean {
  return result.kind === "answered" && result.status >= 200 && result.status < 300;
}

/** A line for each event and each answer. */
export function watchWithLines(terminal: Terminal, { isQuiet = false } = {}): Watcher {
  let path = "";
  function say(report: Report): void {
    switch (report.kind) {
      case "heard":
        return terminal.line(timeNow(), "→", report.heard.type, report.heard.eventId);
      case "forwarded":
        return sayForwarded(report.heard, report.result);
      case "gone":
        return terminal.line(timeNow(), "–", report.heard.type, "its payload was removed");
      case "unreachable":
        return terminal.progress(unreachableText(report));
      case "missed":
        return terminal.progress(missedText(report.count));
    }
  }
  function sayForwarded({ eventId }: Heard, result: Answered): void {
    const text = resultText(result);
    const color = isGood(result) ? "green" : "red";
    const parts: Part[] = [timeNow(), "←", { text, color }, `${result.durationMs} ms`];
    const body = result.kind === "answered" && !isGood(result) ? result.body : "";
    const shown = body === "" ? "" : JSON.stringify(body.slice(0, SHOWN_BODY_LENGTH));
    terminal.line(...parts, `POST ${path}`, eventId, shown);
  }
  return {
    ready(as) {
      path = as.target.pathname;
      if (isQuiet) return;
      const { organizationId, wireFormat, secret, variable, waitingCount } = as;
      terminal.line(
        `Ready. ${organizationId}, format ${wireFormat}, secret ${secret.slice(0, 16)}…`,
        "(posthorn listen --print-secret)",
      );
      terminal.line("Put it in your app:", `${variable}=${secret}`);
      if (waitingCount > 0) terminal.progress(`${waitingCount} events come first.`);
    },
    report(report) {
      const isFailure = report.kind === "forwarded" && !isGood(report.result);
      if (!isQuiet || isFailure) say(report);
    },
    connection(trouble) {
      terminal.progress(connectionText(trouble));
    },
    close() {},
  };
}

/** One JSON object for each thing that happens. */
export function watchWithJson({ stdout }: Pick<Io, "stdout">): Watcher {
  const write = (kind: string, fields: object) =>
    void stdout.write(
      `${escapeControls(JSON.stringify({ kind, at: new Date().toISOString(), ...fields }))}\n`,
    );
  const named = ({ eventId, deliveryId, type }: Heard) => ({ eventId, deliveryId, type });
  return {
    ready: ({ target, ...as }) => write("ready", { ...as, url: target.href }),
    report(report) {
      switch (report.kind) {
        case "forwarded": {
          const { result, heard } = report;
          const status = result.kind === "answered" ? result.status : null;
          const { durationMs } = result;
          return write("forwarded", { ...named(heard), status, durationMs, ok: isGood(result) });
        }
        case "heard":
        case "gone":
          return write(report.kind, named(report.heard));
        case "unreachable":
        case "missed": {
          const { kind, ...fields } = report;
          return write(kind, fields);
        }
      }
    },
    connection: (trouble) => write("connection", { trouble: trouble ?? null }),
    close() {},
  };
}

export function unreachableText({
  reason,
  waitingCount,
}: Extract<Report, { kind: "unreachable" }>): string {
  const count = waitingCount === 1 ? "1 event waits" : `${waitingCount} events wait`;
  return `${timeNow()}  Nobody answers there (${reason}): ${count} for your app.`;
}

export function missedText(count: number): string {
  return `${count} events were not kept: too many waited while nobody listened.`;
}

export function connectionText(trouble: string | undefined): string {
  return trouble === undefined
    ? "Connected."
    : `The connection is lost (${trouble}); nothing is missed meanwhile.`;
}

export function timeNow(): string {
  return new Date().toTimeString().slice(0, 8);
}
