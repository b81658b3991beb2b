import { useState } from "react";
import { ApiError } from "./api.ts";
import { mergeDraft } from "./merge-draft.ts";

/** What is typed into a form that changes a thing, and what the fields were filled from. */
export interface FormDraft<Thing, Draft, Change> {
  /** The change is about this, and is sent with its version: the thing that is shown moves along with other people's. */
  readonly base: Thing;
  readonly draft: Draft;
  /** What differs from `base`. */
  readonly change: Change;
  readonly isDirty: boolean;
  /** Somebody has saved the thing meanwhile, and something is typed: a person decides, see `ConflictNote`. */
  readonly isBehind: boolean;
  readonly write: (fields: Partial<Draft>) => void;
  /** Fills the fields anew. */
  readonly restart: (thing: Thing) => void;
  /** Brings what was typed onto what was saved meanwhile. */
  readonly rebase: () => void;
}

/** `live` is the thing as it was read last; where nothing is typed, the fields follow it. Its versions count up. */
export function useFormDraft<
  Thing extends { readonly version: number },
  Draft extends object,
  Change extends object,
>(
  live: Thing,
  draftOf: (thing: Thing) => Draft,
  changesOf: (draft: Draft, base: Thing) => Change,
): FormDraft<Thing, Draft, Change> {
  const [{ base, draft }, set] = useState(() => ({ base: live, draft: draftOf(live) }));
  const change = changesOf(draft, base);
  const isDirty = Object.keys(change).length > 0;
  const isNewer = live.version > base.version;
  const restart = (thing: Thing) => set({ base: thing, draft: draftOf(thing) });
  if (isNewer && !isDirty) restart(live);
  return {
    base,
    draft,
    change,
    isDirty,
    isBehind: isNewer && isDirty,
    write: (fields) => set((old) => ({ ...old, draft: { ...old.draft, ...fields } })),
    restart,
    rebase: () => set({ base: live, draft: mergeDraft(draftOf(base), draft, draftOf(live)) }),
  };
}

/** A conflict has a note of its own, which is shown as soon as the other version is read. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === "version_conflict";
}
