import type { Catalogue, EventType } from "../event-types/calls.ts";
import type { Webhook } from "./calls.ts";

/** Where nobody has said what events there are. */
const ANY_TYPE = "test.event";

/**
 * What a test can be of: the catalogue's types and the operational ones. Empty where the catalogue is, unless operational
 * events are all that the endpoint asks for: then a type is written by hand.
 */
export function testTypes(
  { events }: Pick<Webhook, "events">,
  catalogue: Catalogue | undefined,
): readonly EventType[] {
  const own = catalogue?.data ?? [];
  const operational = catalogue?.operational ?? [];
  const isNamed = operational.some(({ type }) => events.includes(type));
  return own.length === 0 && !isNamed ? [] : [...own, ...operational];
}

/** The first subscribed type; the first of all where everything is wanted. */
export function firstType(
  { events }: Pick<Webhook, "events">,
  types: readonly EventType[],
): string {
  const wanted = types.find(({ type }) => events.includes(type)) ?? types[0];
  return wanted?.type ?? events.find((each) => !each.includes("*")) ?? ANY_TYPE;
}
