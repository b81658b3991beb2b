import type { WebhookEvent } from "../webhooks/event.ts";
import type { DeadLetter } from "./inbox.ts";
import type { MetricOptions, ReceiverAlert } from "./options.ts";

export type ErrorListener = (error: unknown, event: WebhookEvent | null) => unknown;
export type AlertListener = (alert: ReceiverAlert) => unknown;

/**
 * Everything that a program wants to be told. What a listener throws goes to the error listeners, and what those throw
 * is dropped: telling must never change what becomes of an event.
 */
export class Listeners {
  readonly #errors: ErrorListener[] = [];
  readonly #alerts: AlertListener[] = [];
  readonly #metrics: MetricOptions;
  readonly #onDead: ((item: DeadLetter) => unknown) | undefined;

  constructor(metrics: MetricOptions, onDead: ((item: DeadLetter) => unknown) | undefined) {
    this.#metrics = metrics;
    this.#onDead = onDead;
  }

  addError(listener: ErrorListener): void {
    this.#errors.push(listener);
  }

  addAlert(listener: AlertListener): void {
    this.#alerts.push(listener);
  }

  error(error: unknown, event: WebhookEvent | null): void {
    for (const listener of this.#errors)
      void call(
        () => listener(error, event),
        () => {},
      );
  }

  alert(alert: ReceiverAlert): void {
    for (const listener of this.#alerts) this.#tell(() => listener(alert));
  }

  dead(letter: DeadLetter): void {
    this.#tell(() => this.#onDead?.(letter));
  }

  metric<Name extends keyof MetricOptions>(
    name: Name,
    metric: Parameters<NonNullable<MetricOptions[Name]>>[0],
  ): void {
    // Proof: a listener and its metric are of the same name.
    const listener = this.#metrics[name] as ((metric: unknown) => unknown) | undefined;
    this.#tell(() => listener?.(metric));
  }

  #tell(listener: () => unknown): void {
    void call(listener, (error) => this.error(error, null));
  }
}

async function call(listener: () => unknown, failed: (error: unknown) => void): Promise<void> {
  try {
    await listener();
  } catch (error) {
    failed(error);
  }
}
