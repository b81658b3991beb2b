import { useState } from "react";
import { CodeBlock } from "../../ui/code-block.tsx";
import {
  Field,
  hasFieldProblems,
  problemOf,
  RadioGroup,
  TextArea,
  TextInput,
} from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { changeSource, useSourceChange, type Source } from "./calls.ts";
import { mappingOf, mappingText } from "./mapping.ts";
import { strings } from "./strings.ts";

/** Its name, and what the provider's types are called here. */
export function SourceSettings({ source }: { readonly source: Source }) {
  const [name, setName] = useState(source.name);
  const [mapping, setMapping] = useState(mappingText(source.mapping));
  const [others, setOthers] = useState<string>(source.others);
  const save = useSourceChange(changeSource);
  const isDirty =
    name !== source.name || mapping !== mappingText(source.mapping) || others !== source.others;
  const submit = () => {
    if (!isDirty || save.isPending) return;
    const change = {
      name: name.trim(),
      mapping: mappingOf(mapping),
      others: others === "drop" ? ("drop" as const) : ("keep" as const),
    };
    save.mutate({ source, change }, { onSuccess: () => toast({ text: strings.savedSettings }) });
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
        <TextInput value={name} onChange={setName} required />
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
          value={mapping}
          onChange={setMapping}
          spellCheck={false}
        />
      </Field>
      <RadioGroup
        legend={strings.others}
        value={others}
        onChange={setOthers}
        choices={strings.othersChoices}
      />
      {source.scheme && (
        <CodeBlock
          code={JSON.stringify(source.scheme, null, 2)}
          language="json"
          title={strings.scheme}
        />
      )}
      {save.error && !hasFieldProblems(save.error) && <ErrorState error={save.error} />}
      <SaveBar
        isDirty={isDirty}
        isBusy={save.isPending}
        onSave={submit}
        onDiscard={() => {
          setName(source.name);
          setMapping(mappingText(source.mapping));
          setOthers(source.others);
        }}
      />
    </form>
  );
}
