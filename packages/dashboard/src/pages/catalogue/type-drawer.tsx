import { useRef, useState } from "react";
import { ApiError } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { Drawer } from "../../ui/dialog.tsx";
import { Field, hasFieldProblems, problemOf, TextArea, TextInput } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { PayloadEditor } from "../../ui/payload-editor.tsx";
import { useQuiet } from "../../ui/quiet.ts";
import { useSubmitKey } from "../../ui/submit-key.ts";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import {
  createType,
  updateType,
  useCatalogueChange,
  useImportPreview,
  type Catalogue,
  type CatalogueType,
} from "./calls.ts";
import { Concerned } from "./concerned.tsx";
import { changeOf, draftOf, fieldsOf, losesExample, type Draft } from "./draft.ts";
import { strings } from "./strings.ts";

/** One event type to be written: what it is called, its schema and an example that must fit it. */
export function TypeDrawer(props: {
  readonly catalogue: Catalogue;
  /** Absent for a new one. */
  readonly type?: CatalogueType;
  /** Of a new one, where it is known already. */
  readonly name?: string;
  readonly onClose: () => void;
}) {
  const { catalogue, onClose } = props;
  // As it was when this opened: read again, it would have the version of changes that the fields know nothing of.
  const [type] = useState(props.type);
  const form = useTypeForm({ ...props, type });
  const { name, draft, write, error } = form;
  const element = useRef<HTMLFormElement>(null);
  useSubmitKey(() => element.current?.requestSubmit());
  return (
    <Drawer
      title={type?.type ?? strings.addTitle}
      description={type && strings.editText(type.origin)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            form={FORM}
            look="primary"
            isBusy={form.isPending}
            disabled={!form.isJson}
          >
            {type ? strings.save : strings.add}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={FORM}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        {!type && (
          <Field label={strings.name} hint={strings.nameHint} problem={problemOf(error, "/type")}>
            <TextInput required autoComplete="off" value={name} onChange={form.setName} />
          </Field>
        )}
        <Texts
          draft={draft}
          type={type}
          groups={[...new Set(catalogue.data.map(({ group }) => group))]}
          error={error}
          onChange={write}
        />
        <Documents
          draft={draft}
          type={type}
          profile={catalogue.profile}
          error={error}
          onChange={write}
        />
        {type && <Deprecation draft={draft} error={error} onChange={write} />}
        {type && type.deprecated === null && draft.deprecated.trim() !== "" && (
          <Concerned profile={catalogue.profile} type={type.type} />
        )}
        <Refusal error={error} />
      </form>
    </Drawer>
  );
}

const FORM = "event-type";

/** What is written, and how it is sent. */
function useTypeForm(
  props: Omit<Parameters<typeof TypeDrawer>[0], "type"> & { type: CatalogueType | undefined },
) {
  const { catalogue, type, onClose } = props;
  const { profile } = catalogue;
  const [name, setName] = useState(type?.type ?? props.name ?? "");
  const [draft, setDraft] = useState(() => draftOf(type));
  const create = useCatalogueChange(createType);
  const update = useCatalogueChange(updateType);
  const fields = fieldsOf(draft, type);
  const done = (text: string) => ({
    onSuccess: () => {
      toast({ text });
      onClose();
    },
  });
  const submit = () => {
    if (!fields || create.isPending || update.isPending) return;
    if (!type) {
      const { deprecated: _, ...made } = fields;
      create.mutate({ ...made, profile, type: name.trim() }, done(strings.added(name)));
      return;
    }
    const change = changeOf(type, fields);
    if (Object.keys(change).length === 0) return onClose();
    const asked = { profile, type: name, version: type.version, change };
    update.mutate(asked, done(strings.saved(name)));
  };
  const { error, isPending } = type ? update : create;
  const write = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return { name, setName, draft, write, submit, error, isPending, isJson: fields !== null };
}

function Deprecation({ draft, error, onChange }: PartProps) {
  return (
    <Field
      label={strings.deprecation}
      isOptional
      hint={strings.deprecationHint}
      problem={problemOf(error, "/deprecated")}
    >
      <TextInput
        autoComplete="off"
        maxLength={1000}
        value={draft.deprecated}
        onChange={(deprecated) => onChange({ deprecated })}
      />
    </Field>
  );
}

/** What is wrong with fields stands at them; what is left is said below. */
function Refusal({ error }: { readonly error: Error | null }) {
  if (error === null || hasFieldProblems(error)) return null;
  if (error instanceof ApiError && error.code === "version_conflict") {
    return (
      <div role="alert" className="text-table">
        <p className="font-medium text-bad">{strings.conflict}</p>
        <p>{strings.conflictText}</p>
      </div>
    );
  }
  return <ErrorState error={error} />;
}

interface PartProps {
  readonly draft: Draft;
  readonly error: Error | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What is there already can be put otherwise, not taken out. */
interface TypePartProps extends PartProps {
  readonly type: CatalogueType | undefined;
}

function Texts(props: TypePartProps & { readonly groups: readonly string[] }) {
  const { draft, type, groups, error, onChange } = props;
  const hasTitle = type?.title !== undefined;
  return (
    <>
      <div className="grid gap-4 desk:grid-cols-2">
        <Field label={strings.heading} isOptional={!hasTitle} problem={problemOf(error, "/title")}>
          <TextInput
            required={hasTitle}
            autoComplete="off"
            maxLength={100}
            value={draft.title}
            onChange={(title) => onChange({ title })}
          />
        </Field>
        <Field
          label={strings.group}
          isOptional={!type}
          hint={strings.groupHint}
          problem={problemOf(error, "/group")}
        >
          <TextInput
            required={type !== undefined}
            list="catalogue-groups"
            maxLength={100}
            value={draft.group}
            onChange={(group) => onChange({ group })}
          />
        </Field>
        <datalist id="catalogue-groups">
          {groups.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
      </div>
      <Field label={strings.description} problem={problemOf(error, "/description")}>
        <TextArea
          required
          rows={2}
          maxLength={1000}
          value={draft.description}
          onChange={(description) => onChange({ description })}
        />
      </Field>
    </>
  );
}

/** The server says how schema and example go together, while they are written. */
function Documents(props: TypePartProps & { readonly profile: string }) {
  const { draft, type, profile, error, onChange } = props;
  const fields = fieldsOf(draft);
  const asked = fields && { [TRIED]: { schema: fields.schema, example: fields.example } };
  const preview = useImportPreview(profile, useQuiet(asked));
  const found = (preview.data?.problems ?? []).map(({ pointer, message }) => ({
    pointer: pointer.slice(TRIED.length + 1),
    message,
  }));
  const sent = [problemOf(error, "/schema"), problemOf(error, "/example")].flatMap(
    (each) => each ?? [],
  );
  const said = preview.data ? found : sent;
  const problems = fields ? said : [];
  const at = (pointer: string) =>
    problems
      .filter((each) => each.pointer.startsWith(pointer))
      .map((each) => strings.misfit(each.pointer.slice(pointer.length), each.message));
  const isGood = preview.data !== undefined && problems.length === 0 && fields !== null;
  const hasBoth = draft.schema.trim() !== "" && draft.example.trim() !== "";
  return (
    <>
      <Document
        label={strings.schema}
        value={draft.schema}
        problems={at("/schema")}
        onChange={(schema) => onChange({ schema })}
      />
      <Document
        label={strings.example}
        value={draft.example}
        problems={losesExample(draft, type) ? [strings.exampleStays] : at("/example")}
        onChange={(example) => onChange({ example })}
      />
      <p role="status" className="-mt-3 flex min-h-4 items-center gap-1.5 text-label text-ok">
        {isGood && hasBoth && (
          <>
            <StatusGlyph name="check" /> {strings.fits}
          </>
        )}
      </p>
    </>
  );
}

/** Tried under a name that no catalogue has, so that nothing is judged but schema and example. */
const TRIED = "posthorn.tried";

function Document(props: {
  readonly label: string;
  readonly value: string;
  readonly problems: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  const { label, value, problems, onChange } = props;
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-label font-medium">
        {label}
        <span className="font-normal text-muted"> {words.optional}</span>
      </span>
      <PayloadEditor
        label={label}
        value={value}
        onChange={onChange}
        {...(problems.length === 0 ? {} : { problem: problems.join(", ") })}
      />
    </div>
  );
}
