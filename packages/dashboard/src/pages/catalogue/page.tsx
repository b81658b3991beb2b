import { useState } from "react";
import { useMe } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { Tabs } from "../../ui/tabs.tsx";
import { useUrlState } from "../../url-state.ts";
import { useProfileLines } from "../operator/calls.ts";
import { useOperatorsCatalogue, type Catalogue, type CatalogueType } from "./calls.ts";
import { strings } from "./strings.ts";
import { TypesTable } from "./types-table.tsx";

const Tasks = lazyPart(() => import("./tasks.tsx").then((it) => it.CatalogueTasks));
const Coverage = lazyPart(() => import("./coverage.tsx").then((it) => it.Coverage));

/** What is done to the catalogue in a drawer or dialog. */
export type CatalogueTask =
  | { readonly what: "add"; readonly name: string }
  | { readonly what: "import" }
  | {
      readonly what: "edit" | "deprecate" | "undeprecate" | "takeBack";
      readonly type: CatalogueType;
    };

const TABS = (["types", "coverage"] as const).map((value) => ({
  value,
  title: strings.tabs[value],
}));

/** The event types of a profile: what its file says, what operators have changed, and what is really published. */
export function Page() {
  const [state, change] = useUrlState();
  const [task, setTask] = useState<CatalogueTask | null>(null);
  const add = () => setTask({ what: "add", name: "" });
  useSingleKeys({ c: add });
  const { profile, profiles, catalogue, error, retry } = useChosen(state["profile"]);
  const asked = catalogue.data?.data.find(({ type }) => type === state["type"]);
  const open: CatalogueTask | null = task ?? (asked ? { what: "edit", type: asked } : null);
  const close = () => {
    setTask(null);
    if (state["type"] !== undefined) change({ type: undefined });
  };
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <>
            <Button onClick={() => setTask({ what: "import" })}>{strings.importTypes}</Button>
            <Button look="primary" onClick={add}>
              {strings.add}
            </Button>
          </>
        }
      />
      <Field label={strings.profile} className="max-w-72 pb-4">
        <Select
          value={profile ?? ""}
          onChange={(id) => change({ profile: id, type: undefined })}
          choices={(profiles.data ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        />
      </Field>
      {error && <ErrorState error={error} onRetry={retry} updatedAt={catalogue.dataUpdatedAt} />}
      {(catalogue.data !== undefined || !error) && (
        <Views profile={profile} catalogue={catalogue.data} onTask={setTask} />
      )}
      {open && catalogue.data && (
        <Tasks
          key={open.what + ("type" in open ? open.type.type : "")}
          task={open}
          catalogue={catalogue.data}
          onClose={close}
        />
      )}
    </>
  );
}

/** The profile that is asked for, else that of the organization that the person looks at, else the first one. */
function useChosen(asked: string | undefined) {
  const profiles = useProfileLines();
  const own = useMe().organization?.profile;
  const profile = asked ?? own ?? profiles.data?.[0]?.id;
  const catalogue = useOperatorsCatalogue(profile);
  const retry = () => {
    void profiles.refetch();
    void catalogue.refetch();
  };
  return { profile, profiles, catalogue, retry, error: catalogue.error ?? profiles.error };
}

function Views(props: {
  readonly profile: string | undefined;
  readonly catalogue: Catalogue | undefined;
  readonly onTask: (task: CatalogueTask) => void;
}) {
  const { profile, catalogue, onTask } = props;
  const [state, change] = useUrlState();
  const tab = state["tab"] === "coverage" ? "coverage" : "types";
  return (
    <Tabs
      label={strings.tabList}
      tabs={TABS}
      value={tab}
      onChange={(next) => change({ tab: next === "coverage" ? next : undefined })}
    >
      <div className="pt-4">
        {tab === "types" && <TypesTable catalogue={catalogue} onTask={onTask} />}
        {tab === "coverage" && profile !== undefined && (
          <Coverage profile={profile} onAdd={(name: string) => onTask({ what: "add", name })} />
        )}
      </div>
    </Tabs>
  );
}
