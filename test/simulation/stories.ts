/** Stories that chance tells too seldom; every simulation begins with them. */
import * as command from "./commands.ts";

/** One delivery that node 0 was inserted as the holder of. */
const accepted = command.accept({ at: 0, type: 0, key: null, body: "", isHandedOver: true });
const all = command.accept({ at: 0, type: 2, key: null, body: "", isHandedOver: true });
const success = { pick: 0, isSuccess: true };
const failure = { pick: 0, isSuccess: false };
const takenOver = [accepted, command.hang(0), command.claim(1, 1)];
const claimedAgain = [accepted, command.hang(0), command.wake(0), command.claim(0, 1)];

/** Three deliveries, of which the third waits for its turn. */
const ordered = command.accept({
  at: 0,
  type: 2,
  key: null,
  orderingKey: "a",
  body: "",
  isHandedOver: false,
});

export const STORIES = {
  "a late failure changes nothing": [...takenOver, command.settleSome(0, [failure])],
  "a late success delivers": [
    ...takenOver,
    command.settleSome(0, [success]),
    command.settleSome(1, [failure]),
  ],
  "a late success delivers, and the node that had begun again dies": [
    ...takenOver,
    command.settleSome(0, [success]),
    command.die(1),
  ],
  "a late success delivers after the schedule has failed": [
    ...takenOver,
    command.settleSome(1, [failure]),
    command.settleSome(0, [success]),
  ],
  "a late success counts before a failure in the same batch": [
    ...claimedAgain,
    command.settleSome(0, [success, failure]),
  ],
  "a late success counts behind a failure in the same batch": [
    ...claimedAgain,
    command.settleSome(0, [{ pick: 1, isSuccess: false }, success]),
  ],
  "what was taken over cannot be given back": [...takenOver, command.release(0, 0)],
  "what was given back cannot be settled": [
    accepted,
    command.release(0, 0),
    command.claim(1, 1),
    command.settleSome(1, [failure]),
  ],
  "a retry waits, also while another delivery of its endpoint goes": [
    accepted,
    command.settleSome(0, [failure]),
    command.accept({ at: 0, type: 0, key: null, body: "", isHandedOver: false }),
    command.claim(0, 100),
  ],
  "a person interrupts an attempt": [accepted, command.ask("cancel", 0), command.die(0)],
  "a deletion interrupts attempts": [all, command.setState(0, "deleted"), command.die(0)],
  "what was cancelled begins again beside its old attempt": [
    accepted,
    command.ask("cancel", 0),
    command.ask("redeliver", 0),
    command.claim(1, 1),
    command.settleSome(0, [success]),
    command.settleSome(1, [failure]),
  ],
  "the second of a key waits while the first one is retried, taken over and delivered": [
    ordered,
    ordered,
    command.claim(0, 100),
    command.settleSome(0, [success, success, success, success, failure]),
    command.pass(100),
    command.claim(1, 100),
    command.hang(1),
    command.claim(0, 100),
    command.settleSome(0, [success]),
    command.claim(2, 100),
  ],
  "what is sent again goes before what waits with its key": [
    ordered,
    command.claim(0, 100),
    command.settleSome(0, [success, success, success]),
    ordered,
    command.ask("redeliver", 2),
    command.claim(1, 100),
    command.ask("redeliver", 5),
    command.ask("cancel", 2),
    command.claim(1, 100),
  ],
  "an old routing table is noticed": [
    all,
    command.setState(2, "deleted"),
    all,
    command.setState(1, "paused"),
    all,
  ],
} as const;
