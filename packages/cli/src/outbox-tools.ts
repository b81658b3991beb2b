/** What the commands on the operator's own database need; the program of the server brings it, with its driver. */
export interface OutboxTools {
  /** Answers the installed version. */
  install(roles: {
    readonly emitters: readonly string[];
    readonly relays: readonly string[];
  }): Promise<number>;
  /** Answers how many rows waited; when there were some and `isForced` is false, nothing was done. */
  uninstall(isForced: boolean): Promise<number>;
  /** Null when there is no outbox. */
  inspect(): Promise<OutboxInspection | null>;
  listDead(): Promise<readonly DeadRow[]>;
  /** Answers how many rows wait again; null means all. */
  revive(eventId: string | null): Promise<number>;
}

export interface OutboxInspection {
  readonly version: number;
  readonly waitingRows: number;
  readonly deadRows: number;
  readonly oldestSeconds: number | null;
}

export interface DeadRow {
  readonly id: string;
  readonly type: string;
  readonly organization: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly diedAt: string;
}
