import type { Filter } from "../../ui/filter-bar.tsx";
import type { KeyRules } from "./calls.ts";
import { strings } from "./strings.ts";

/** The filters that make sense for this organization's keys. */
export function keyFilters(rules: KeyRules | undefined): readonly Filter[] {
  if (!rules) return [];
  const choices = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return [
    { name: "status", title: strings.status, choices: choices(rules.statuses) },
    ...(rules.environments.length > 0
      ? [
          {
            name: "environment",
            title: strings.environment,
            choices: choices(rules.environments),
            isSingle: true,
          },
        ]
      : []),
    {
      name: "scope",
      title: strings.permissions,
      choices: choices(rules.scopes.map(({ scope }) => scope)),
      isSingle: true,
    },
  ];
}
