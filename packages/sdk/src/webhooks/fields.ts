/** Where a sender puts what a receiver wants to know about an event: in a header, or in a field of the JSON body. */
export interface EventFields {
  readonly id: Place;
  readonly type: Place;
  /** The field with the event's own data; the whole body when absent. */
  readonly data?: string | undefined;
  /** When the event happened. */
  readonly occurredAt?: { readonly field: string; readonly as: TimeForm } | undefined;
}

export type TimeForm = "iso8601" | "unix-seconds";

export type Place =
  | { readonly field: string }
  /** `withField`: joined to it with a dot where the body has that field, as in `pull_request.opened`. */
  | { readonly header: string; readonly withField?: string | undefined }
  /** The header whose id is part of what is signed. */
  | "signed-id";

/** Standard Webhooks: the id in its header, the rest in the body. */
export const STANDARD_FIELDS: EventFields = {
  id: "signed-id",
  type: { field: "type" },
  data: "data",
  occurredAt: { field: "timestamp", as: "iso8601" },
};

/** Everything in the body, with an ISO time. */
export const BODY_FIELDS: EventFields = { ...STANDARD_FIELDS, id: { field: "id" } };

/** Everything in the body, with a time in seconds. */
export const CREATED_FIELDS: EventFields = {
  ...BODY_FIELDS,
  occurredAt: { field: "created", as: "unix-seconds" },
};
