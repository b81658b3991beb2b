import { isObject } from "./json.ts";

/** One step: an event of whichever of these types the catalogue has, about somebody. */
export interface ScenarioStep {
  /** What the platforms call it; a platform that has none of them leaves the step out. */
  readonly types: readonly string[];
  /** Which of the story's people, from 1; absent where it is about nobody. */
  readonly person?: number;
  /** Values in place of the example's, where the example has them. */
  readonly set?: Readonly<Record<string, unknown>>;
}

export interface Scenario {
  readonly name: string;
  readonly story: string;
  /** Whose catalogues have its events, for whoever asks in vain. */
  readonly profiles: readonly string[];
  readonly steps: readonly ScenarioStep[];
}

const entered = ["queue.consumer_entered", "queue.consumer.entered", "distribution.joined"];
const admitted = ["queue.consumer_admitted", "queue.consumer.admitted", "distribution.admitted"];
const bought = ["queue.admission_completed", "queue.consumer.completed"];
const left = ["queue.consumer_left", "queue.consumer.left"];
const drawn = ["draw.entry_created", "draw.consumer.entered", "distribution.joined"];
const bid = ["auction.bid_placed", "auction.bid.placed", "distribution.bid_placed"];
const paid = ["order.paid", "order.completed"];

/** Stories of events as a platform would tell them, in their order. */
export const SCENARIOS: readonly Scenario[] = Object.freeze([
  {
    name: "drop",
    story: "an experience starts; people queue, are admitted, draw and bid; orders follow",
    profiles: ["fanfare/guide", "fanfare/overview", "fanfare/planned"],
    steps: [
      { types: ["experience.created"] },
      { types: ["experience.started", "experience.activated"] },
      { types: ["distribution.opened"] },
      { types: entered, person: 1, set: { position: 1 } },
      { types: entered, person: 2, set: { position: 2 } },
      { types: entered, person: 3, set: { position: 3 } },
      { types: left, person: 3 },
      { types: admitted, person: 1, set: { position: 1 } },
      { types: ["order.created"], person: 1 },
      { types: paid, person: 1 },
      { types: bought, person: 1 },
      { types: admitted, person: 2, set: { position: 2 } },
      { types: ["queue.admission_expired"], person: 2 },
      { types: drawn, person: 2, set: { entryNumber: 1, type: "draw" } },
      { types: drawn, person: 3, set: { entryNumber: 2, type: "draw" } },
      { types: ["draw.winners_selected", "draw.completed"], person: 2 },
      { types: ["draw.consumer.won", "distribution.winner_selected"], person: 2 },
      { types: ["draw.consumer.lost"], person: 3 },
      { types: ["draw.prize_claimed"], person: 2 },
      { types: ["order.created"], person: 2 },
      { types: paid, person: 2 },
      { types: bid, person: 3, set: { amount: 185 } },
      { types: bid, person: 1, set: { amount: 190 } },
      { types: ["auction.outbid", "auction.bid.outbid"], person: 3, set: { newHighBid: 190 } },
      { types: bid, person: 3, set: { amount: 240.5 } },
      { types: ["auction.auction_ended", "auction.settled"], person: 3 },
      { types: ["auction.winner_notified", "auction.consumer.won"], person: 3 },
      { types: ["order.created"], person: 3 },
      { types: paid, person: 3 },
      { types: ["order.fulfilled"], person: 3 },
      { types: ["order.cancelled"], person: 2 },
      { types: ["distribution.completed"], person: 1 },
      { types: ["distribution.closed"] },
      { types: ["experience.ended", "experience.completed"] },
    ],
  },
  {
    name: "merch",
    story: "a fan signs up and buys; stock goes down, the order is ready, one thing is given back",
    profiles: ["fanhaven"],
    steps: [
      { types: ["fan.created"], person: 1 },
      { types: ["transaction.created"], person: 1 },
      { types: ["inventory.updated"] },
      { types: ["order.status_changed"], person: 1, set: { status: "preparing" } },
      { types: ["order.status_changed"], person: 1, set: { status: "ready_for_pickup" } },
      { types: ["transaction.refunded"], person: 1 },
      { types: ["inventory.updated"] },
    ],
  },
]);

export interface PlayedEvent {
  readonly type: string;
  readonly data: unknown;
}

/** What is said of somebody or something, and so must be the same in all events of one story. */
const OWN_IDS: Readonly<Record<string, (run: string, person: number) => string>> = {
  consumer: (run, person) => `con_${run}_${person}`,
  winner: (run, person) => `con_${run}_${person}`,
  fan: (run, person) => `fan_${run}_${person}`,
  order: (run, person) => `ord_${run}_${person}`,
  transaction: (run, person) => `txn_${run}_${person}`,
  experience: (run) => `exp_${run}`,
  distribution: (run) => `dist_${run}`,
  draw: (run) => `draw_${run}`,
  auction: (run) => `auc_${run}`,
};

/**
 * The events of a story, made from the examples of a catalogue; ids are `run`'s own, so that two runs are two stories.
 * Empty when the catalogue tells nothing of it.
 */
export function playScenario(
  { steps }: Scenario,
  examples: ReadonlyMap<string, unknown>,
  run: string,
): readonly PlayedEvent[] {
  return steps.flatMap(({ types, person = 1, set = {} }) => {
    const type = types.find((each) => examples.has(each));
    if (type === undefined) return [];
    const example = examples.get(type);
    const data = isObject(example) ? { ...example, ...onlyKnown(set, example) } : example;
    return [{ type, data: withOwnIds(data, run, person) }];
  });
}

/** What a platform's event does not have is not put into it. */
function onlyKnown(set: Readonly<Record<string, unknown>>, example: object) {
  return Object.fromEntries(Object.entries(set).filter(([name]) => Object.hasOwn(example, name)));
}

function withOwnIds(data: unknown, run: string, person: number): unknown {
  if (!isObject(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const [, noun = ""] = /^([a-z]+)(?:Id|_id)$/.exec(name) ?? [];
      const own = Object.hasOwn(OWN_IDS, noun) ? OWN_IDS[noun] : undefined;
      return [name, own && typeof value === "string" ? own(run, person) : value];
    }),
  );
}
