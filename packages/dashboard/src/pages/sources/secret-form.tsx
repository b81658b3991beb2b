import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { Button } from "../../ui/button.tsx";
import { Field, hasFieldProblems, problemOf, Select, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { giveSecret, type Source } from "./calls.ts";
import { strings } from "./strings.ts";

/** The provider's secret, pasted; with an end for the one before, where there is one. */
export function SecretForm(props: {
  readonly source: Pick<Source, "id" | "hasSecret">;
  readonly label: string;
  readonly onDone?: () => void;
}) {
  const { source, label, onDone } = props;
  const [secret, setSecret] = useState("");
  const [overlap, setOverlap] = useState("86400");
  const give = useSecretChange("sources", giveSecret);
  const submit = () =>
    give.send(
      {
        id: source.id,
        secret: secret.trim(),
        previousExpiresIn: source.hasSecret ? Number(overlap) : 0,
      },
      () => {
        setSecret("");
        toast({ text: strings.saved });
        onDone?.();
      },
    );
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={label} problem={problemOf(give.error, "/secret")}>
        <div className="flex gap-2">
          <TextInput
            type="password"
            required
            autoComplete="off"
            value={secret}
            onChange={setSecret}
          />
          <Button type="submit" disabled={secret.trim() === ""} isBusy={give.isPending}>
            {strings.saveSecret}
          </Button>
        </div>
      </Field>
      {source.hasSecret && (
        <Field label={strings.overlap}>
          <Select value={overlap} onChange={setOverlap} choices={strings.overlaps} />
        </Field>
      )}
      {give.error !== null && !hasFieldProblems(give.error) && <ErrorState error={give.error} />}
    </form>
  );
}
