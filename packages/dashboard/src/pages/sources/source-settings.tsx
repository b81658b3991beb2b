import { useFormDraft } from "../../form-draft.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Field, problemOf, RadioGroup, TextArea, TextInput } from "../../ui/field.tsx";
import { FormProblem } from "../../ui/form-problem.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { changeSource, useSourceChange, type Source } from "./calls.ts";
import { changesOf, draftOf } from "./source-draft.ts";
import { strings } from "./strings.ts";

/** Its name, and what the provider's types are called here. */
export function SourceSettings({ source }: { readonly source: Source }) {
  const form = useFormDraft(source, draftOf, changesOf);
  const { base, draft, change, isDirty, write } = form;
  const save = useSourceChange(changeSource);
  const submit = () => {
    if (!isDirty || save.isPending) return;
    const onSuccess = (saved: Source) => {
      form.restart(saved);
      toast({ text: strings.savedSettings });
    };
    save.mutate({ source: base, change }, { onSuccess });
  };
  return (
    <form
      className="flex max-w-[640px] flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={strings.name} problem={problemOf(save.error, "/name")}>
        <TextInput value={draft.name} onChange={(name) => write({ name })} required />
      </Field>
      <Field
        label={strings.mapping}
        isOptional
        hint={strings.mappingHint}
        problem={problemOf(save.error, "/mapping")}
      >
        <TextArea
          rows={5}
          className="font-mono"
          value={draft.mapping}
          onChange={(mapping) => write({ mapping })}
          spellCheck={false}
        />
      </Field>
      <RadioGroup
        legend={strings.others}
        value={draft.others}
        onChange={(others) => write({ others })}
        choices={strings.othersChoices}
      />
      {source.scheme && (
        <CodeBlock
          code={JSON.stringify(source.scheme, null, 2)}
          language="json"
          title={strings.scheme}
        />
      )}
      <FormProblem form={form} save={save} live={source} />
      <SaveBar
        isDirty={isDirty}
        isBusy={save.isPending}
        onDiscard={() => {
          save.reset();
          form.restart(source);
        }}
      />
    </form>
  );
}
