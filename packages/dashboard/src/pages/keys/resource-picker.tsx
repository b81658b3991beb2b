import { Checkbox, problemOf } from "../../ui/field.tsx";
import type { KeyRules } from "./calls.ts";
import type { KeyFormProps } from "./key-draft.ts";
import { strings } from "./strings.ts";

type Resource = KeyRules["resources"][number];

/** Which artists or tours a key sees: the registered tree, the upper level first, each below its parent. */
export function ResourcePicker({ rules, draft, onChange, error }: KeyFormProps) {
  const problem = problemOf(error, "/resources");
  const isOptional = rules.resourceLevels.includes("organization");
  const levels = rules.resourceLevels.filter((level) => level !== "organization");
  const toggle = (id: string, isOn: boolean) =>
    onChange({
      resources: isOn ? [...draft.resources, id] : draft.resources.filter((each) => each !== id),
    });
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 text-label font-medium">{strings.access(levels.join(", "))}</legend>
      {rules.resources.length === 0 ? (
        <p className="text-label text-muted">{strings.noResources}</p>
      ) : (
        <div className="max-h-52 overflow-y-auto rounded-control border border-hairline px-3 py-1.5">
          {inOrder(rules.resources).map(({ resource, depth }) => (
            <div key={resource.id} style={{ paddingLeft: depth * 20 }}>
              <Checkbox
                isChecked={draft.resources.includes(resource.id)}
                onChange={(isOn) => toggle(resource.id, isOn)}
                label={
                  <>
                    {resource.title || resource.id}{" "}
                    <code className="text-[11px] text-muted">{resource.id}</code>
                  </>
                }
              />
            </div>
          ))}
        </div>
      )}
      <p className={`text-label ${problem ? "text-bad" : "text-muted"}`}>
        {problem?.message ??
          (isOptional ? strings.accessHint : `${strings.accessHint} ${strings.chooseResource}`)}
      </p>
    </fieldset>
  );
}

/** Depth first, as a tree is read. */
function inOrder(
  resources: readonly Resource[],
  parent: string | null = null,
  depth = 0,
): readonly { readonly resource: Resource; readonly depth: number }[] {
  return resources
    .filter((each) => each.parent === parent)
    .flatMap((resource) => [{ resource, depth }, ...inOrder(resources, resource.id, depth + 1)]);
}
