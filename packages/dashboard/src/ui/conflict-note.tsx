import { Button } from "./button.tsx";
import { words } from "./words.ts";

/** Somebody else has saved what is being changed here: nothing typed is lost, and nothing of theirs is taken back. */
export function ConflictNote(props: {
  readonly onMine: () => void;
  readonly onTheirs: () => void;
}) {
  return (
    <div
      role="alert"
      className="my-3 flex flex-wrap items-center gap-3 rounded-control bg-warn-tint px-3 py-2 text-table text-warn"
    >
      <p className="min-w-0 flex-1">{words.changedMeanwhile}</p>
      <Button onClick={props.onMine}>{words.keepTyped}</Button>
      <Button onClick={props.onTheirs}>{words.showSaved}</Button>
    </div>
  );
}
