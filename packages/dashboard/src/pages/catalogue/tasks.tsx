import { useState } from "react";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Field, TextArea } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import {
  resetType,
  updateType,
  useCatalogueChange,
  type Catalogue,
  type CatalogueType,
} from "./calls.ts";
import { Concerned } from "./concerned.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import type { CatalogueTask } from "./page.tsx";
import { strings } from "./strings.ts";
import { TypeDrawer } from "./type-drawer.tsx";

interface TaskProps {
  readonly catalogue: Catalogue;
  readonly onClose: () => void;
}

/** The one drawer or dialog of the catalogue that is open. */
export function CatalogueTasks(props: TaskProps & { readonly task: CatalogueTask }) {
  const { task, ...rest } = props;
  switch (task.what) {
    case "import":
      return <ImportDialog {...rest} />;
    case "add":
      return <TypeDrawer name={task.name} {...rest} />;
    case "edit":
      return <TypeDrawer type={task.type} {...rest} />;
    case "deprecate":
      return <Deprecate type={task.type} {...rest} />;
    case "undeprecate":
      return <Undeprecate type={task.type} {...rest} />;
    case "takeBack":
      return <TakeBack type={task.type} {...rest} />;
    default:
      return null;
  }
}

type TypeProps = TaskProps & { readonly type: CatalogueType };

function Deprecate({ type: { type, version }, catalogue: { profile }, onClose }: TypeProps) {
  const [text, setText] = useState("");
  const change = useCatalogueChange(updateType);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.deprecateTitle(type)}
      action={strings.deprecate}
      onConfirm={async () => {
        const deprecated = text.trim() || strings.deprecated;
        await change.mutateAsync({ profile, type, version, change: { deprecated } });
        toast({ text: strings.deprecateDone(type) });
      }}
    >
      <div className="flex flex-col gap-3">
        {strings.deprecateText}
        <Field label={strings.deprecation} isOptional>
          <TextArea value={text} maxLength={1000} onChange={setText} />
        </Field>
        <Concerned profile={profile} type={type} />
      </div>
    </ConfirmDialog>
  );
}

function Undeprecate({ type: { type, version }, catalogue: { profile }, onClose }: TypeProps) {
  const change = useCatalogueChange(updateType);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`${strings.undeprecate}: ${type}`}
      action={strings.undeprecate}
      onConfirm={async () => {
        await change.mutateAsync({ profile, type, version, change: { deprecated: null } });
        toast({ text: strings.undeprecated(type) });
      }}
    />
  );
}

function TakeBack({ type: each, catalogue, onClose }: TypeProps) {
  const { type, origin, changed, subscribers } = each;
  const { profile } = catalogue;
  const reset = useCatalogueChange(resetType);
  const isOwn = origin === "operator";
  return (
    <ConfirmDialog
      isOpen
      isDanger
      onClose={onClose}
      title={isOwn ? strings.removeTitle(type) : strings.resetTitle(type)}
      action={isOwn ? strings.remove : strings.reset}
      onConfirm={async () => {
        await reset.mutateAsync({ profile, type });
        toast({ text: isOwn ? strings.removed(type) : strings.resetDone(type) });
      }}
    >
      {isOwn ? strings.removeText(subscribers, catalogue.open) : strings.resetText(changed)}
    </ConfirmDialog>
  );
}
