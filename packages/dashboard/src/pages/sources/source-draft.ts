/** What is typed into the settings of a source, and what of it goes to the API. */
import type { Source, SourceChange } from "./calls.ts";
import { mappingOf, mappingText } from "./mapping.ts";

export interface SourceDraft {
  readonly name: string;
  /** As lines of text. */
  readonly mapping: string;
  readonly others: string;
}

export function draftOf({ name, mapping, others }: Source): SourceDraft {
  return { name, mapping: mappingText(mapping), others };
}

/** Only what differs: what somebody else has saved of the rest stays. */
export function changesOf(draft: SourceDraft, source: Source): SourceChange {
  const name = draft.name.trim();
  const mapping = mappingOf(draft.mapping);
  const before = mappingOf(mappingText(source.mapping));
  return {
    ...(name === source.name ? {} : { name }),
    ...(JSON.stringify(mapping) === JSON.stringify(before) ? {} : { mapping }),
    ...(draft.others === source.others
      ? {}
      : { others: draft.others === "drop" ? "drop" : "keep" }),
  };
}
