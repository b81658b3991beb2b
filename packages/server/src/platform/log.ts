import { pino, stdSerializers, stdTimeFunctions, type Logger } from "pino";

export type { Logger };

/** JSON lines on stdout unless told otherwise; one wide line at the end of a stage, names of things in `event`. */
export function createLogger(options: {
  level: string;
  output?: { write(line: string): void };
}): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    // An error has no fields of its own to show.
    serializers: { error: stdSerializers.err },
  };
  return options.output ? pino(settings, options.output) : pino(settings);
}
