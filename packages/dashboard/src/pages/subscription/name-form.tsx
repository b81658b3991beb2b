import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Organization } from "@posthorn/sdk";
import { patch } from "../../api.ts";
import { gateOf, useMe } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Field, hasFieldProblems, problemOf, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { strings } from "./strings.ts";

/** What the organization is called; its owners and admins may change that. */
export function NameForm(props: { readonly id: string; readonly name: string }) {
  const { id, name } = props;
  const isOpen = gateOf(useMe(), "organization").allowed;
  const [edited, setEdited] = useState<string | null>(null);
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: (next: string) => patch<Organization>(`/api/organizations/${id}`, { name: next }),
    // The navigation and the switcher show it, too.
    onSettled: () => client.invalidateQueries({ queryKey: ["me"] }),
  });
  if (!isOpen) return null;
  const save = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(edited ?? name, {
      onSuccess() {
        toast({ text: strings.renamed });
        setEdited(null);
      },
    });
  };
  return (
    <form onSubmit={save} noValidate>
      <Field label={strings.name} problem={problemOf(rename.error, "/name")}>
        <span className="flex max-w-md flex-wrap gap-2">
          <span className="min-w-40 flex-1">
            <TextInput value={edited ?? name} onChange={setEdited} autoComplete="organization" />
          </span>
          <Button
            type="submit"
            isBusy={rename.isPending}
            disabled={edited === null || edited === name}
          >
            {strings.rename}
          </Button>
        </span>
      </Field>
      {rename.error && !hasFieldProblems(rename.error) && <ErrorState error={rename.error} />}
    </form>
  );
}
