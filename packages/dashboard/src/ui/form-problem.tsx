import type { FormDraft } from "../form-draft.ts";
import { ConflictNote } from "./conflict-note.tsx";
import { hasFieldProblems } from "./field.tsx";
import { ErrorState } from "./panel-state.tsx";

/** Why a form is not saved, where that stands at no field: what was refused, or that somebody else was faster. */
export function FormProblem<Thing>(props: {
  readonly form: Pick<FormDraft<Thing, object, object>, "isBehind" | "rebase" | "restart">;
  readonly save: {
    readonly error: unknown;
    readonly isPending: boolean;
    readonly reset: () => void;
  };
  /** As it was read last. */
  readonly live: Thing;
}) {
  const { form, save, live } = props;
  if (form.isBehind && !save.isPending) {
    const choose = (choice: () => void) => () => {
      save.reset();
      choice();
    };
    return (
      <ConflictNote onMine={choose(form.rebase)} onTheirs={choose(() => form.restart(live))} />
    );
  }
  if (save.error === null || hasFieldProblems(save.error)) return null;
  return <ErrorState error={save.error} />;
}
