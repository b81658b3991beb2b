import { RowLink } from "../../ui/data-table-parts.tsx";
import type { Column } from "../../ui/data-table.tsx";
import { Chip, StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import type { ApiKey, KeyRules } from "./calls.ts";
import { ChipsCell, LastUsedCell, PrefixCell } from "./cells.tsx";
import { strings } from "./strings.ts";

export const keyPath = (id: string) => `/settings/integrations/api/${id}`;

/** Only what this organization's keys have: no environments, no expiry or no resources, no columns for them. */
export function keyColumns(rules: KeyRules | undefined): readonly Column<ApiKey>[] {
  return [
    {
      key: "name",
      title: strings.name,
      cell: ({ id, name, description }) => (
        <span title={description || undefined}>
          <RowLink to={keyPath(id)}>{name}</RowLink>
        </span>
      ),
    },
    {
      key: "prefix",
      title: strings.key,
      width: "w-44",
      cell: (key) => <PrefixCell apiKey={key} />,
    },
    ...(rules && rules.environments.length > 0 ? [environment] : []),
    {
      key: "scopes",
      title: strings.permissions,
      width: "w-44",
      from: "lg",
      cell: ({ scopes }) => <ChipsCell texts={scopes} none="" />,
    },
    ...(rules && hasResources(rules) ? [resources(rules)] : []),
    {
      key: "lastUsedAt",
      title: strings.lastUsed,
      width: "w-28",
      from: "lg",
      cell: (key) => <LastUsedCell apiKey={key} />,
    },
    {
      key: "status",
      title: strings.status,
      width: "w-44",
      cell: (key) => <KeyStatus apiKey={key} />,
    },
  ];
}

const environment: Column<ApiKey> = {
  key: "environment",
  title: strings.environment,
  width: "w-28",
  cell: ({ environment: name }) => (name === null ? null : <Chip>{name}</Chip>),
};

export function hasResources({ resourceLevels }: KeyRules): boolean {
  return resourceLevels.some((level) => level !== "organization");
}

function resources(rules: KeyRules): Column<ApiKey> {
  const titles = new Map(rules.resources.map(({ id, title }) => [id, title === "" ? id : title]));
  return {
    key: "resources",
    title: strings.resource,
    width: "w-44",
    from: "md",
    cell: (key) => (
      <ChipsCell
        texts={key.resources.map((id) => titles.get(id) ?? id)}
        none={strings.wholeOrganization}
      />
    ),
  };
}

/** With its end, where it has one that lies ahead. */
function KeyStatus({ apiKey }: { readonly apiKey: ApiKey }) {
  const { status, expiresAt, revokedAt } = apiKey;
  const end = revokedAt ?? expiresAt;
  return (
    <span className="inline-flex items-center gap-2">
      <StatusBadge status={status} />
      {status === "active" && end !== null && (
        <span className="text-label text-muted" title={strings.expires}>
          <Time at={end} />
        </span>
      )}
    </span>
  );
}

export function keyCard(key: ApiKey) {
  return {
    title: key.name,
    meta: (
      <>
        <StatusBadge status={key.status} />
        {key.environment !== null && <Chip>{key.environment}</Chip>}
        <LastUsedCell apiKey={key} />
      </>
    ),
  };
}
