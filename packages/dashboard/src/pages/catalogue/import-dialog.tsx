import { useId, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FileInput } from "../../ui/file-input.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { PayloadEditor } from "../../ui/payload-editor.tsx";
import { useQuiet } from "../../ui/quiet.ts";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import {
  importTypes,
  useCatalogueChange,
  useImportPreview,
  type Catalogue,
  type CatalogueImport,
} from "./calls.ts";
import { strings } from "./strings.ts";

/** A document of event types: what it would do is shown before it is done. */
export function ImportDialog(props: {
  readonly catalogue: Catalogue;
  readonly onClose: () => void;
}) {
  const { onClose } = props;
  const { profile } = props.catalogue;
  const [text, setText] = useState("");
  const document = documentOf(text);
  const preview = useImportPreview(profile, useQuiet(document));
  const change = useCatalogueChange(importTypes);
  const found = document ? preview.data : undefined;
  const count = found ? found.added.length + found.changed.length : 0;
  const isGood = found !== undefined && found.problems.length === 0 && count > 0;
  const submit = () => {
    if (!document) return;
    const done = { onSuccess: () => finish(count) };
    change.mutate({ profile, document, isPreview: false }, done);
  };
  const finish = (imported: number) => {
    toast({ text: strings.imported(imported) });
    onClose();
  };
  return (
    <Dialog
      title={strings.importTitle}
      description={strings.importText}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="primary" disabled={!isGood} isBusy={change.isPending} onClick={submit}>
            {isGood ? strings.importAction(count) : strings.importNothing}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FileField onText={setText} />
        <div className="max-h-72 overflow-auto">
          <PayloadEditor
            label={strings.document}
            language={isTypeScript(text) ? "typescript" : "json"}
            value={text}
            onChange={setText}
          />
        </div>
        {preview.error && document && <ErrorState error={preview.error} />}
        {found && <Preview outcome={found} />}
        {change.error && <ErrorState error={change.error} />}
      </div>
    </Dialog>
  );
}

function FileField({ onText }: { readonly onText: (text: string) => void }) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-3 text-table">
      <label htmlFor={id} className="text-label font-medium">
        {strings.file}
      </label>
      <FileInput
        id={id}
        accept=".json,application/json,.ts"
        onFile={(file) => void file.text().then(onText)}
      />
      <span className="text-label text-muted">{strings.orPaste}</span>
    </div>
  );
}

function Preview({ outcome }: { readonly outcome: CatalogueImport }) {
  const { added, changed, unchanged, problems } = outcome;
  const rows = [
    ...problems.map(({ pointer, message }) => ({
      mark: strings.importedWrong,
      name: pointer,
      text: message,
      tone: "text-bad",
    })),
    ...added.map((name) => ({ mark: strings.importedAdded, name, text: "", tone: "text-ok" })),
    ...changed.map(({ type, fields }) => ({
      mark: strings.importedChanged,
      name: type,
      text: fields.join(", "),
      tone: "text-warn",
    })),
    ...unchanged.map((name) => ({
      mark: strings.importedUnchanged,
      name,
      text: "",
      tone: "text-muted",
    })),
  ];
  return (
    <section aria-label={strings.preview} aria-live="polite">
      <h3 className="pb-1 text-label font-medium text-secondary">{strings.preview}</h3>
      {problems.length > 0 && <p className="pb-1 text-table">{strings.importWrongText}</p>}
      <ul className="text-table">
        {rows.map(({ mark, name, text, tone }) => (
          <li
            key={mark + name + text}
            className="flex flex-wrap gap-x-3 border-b border-hairline py-1.5"
          >
            <span className={`w-36 shrink-0 ${tone}`}>{mark}</span>
            <code className="text-code [overflow-wrap:anywhere]">{name}</code>
            <span className="text-secondary">{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** It has the interface that `posthorn types` writes. */
function isTypeScript(text: string): boolean {
  return /\binterface WebhookEvents\b/.test(text) && !text.trimStart().startsWith("{");
}

function documentOf(text: string): object | string | null {
  if (isTypeScript(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
