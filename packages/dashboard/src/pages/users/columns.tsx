import type { Member } from "@posthorn/sdk";
import { capital } from "../../frame/notice-strings.ts";
import type { Column } from "../../ui/data-table.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { Time } from "../../ui/time.tsx";
import { strings } from "./strings.ts";

export const memberColumns: readonly Column<Member>[] = [
  {
    key: "name",
    title: strings.name,
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  {
    key: "email",
    title: strings.email,
    from: "md",
    cell: ({ email }) => email ?? <span className="text-muted">{strings.unknownAddress}</span>,
  },
  { key: "role", title: strings.role, width: "w-28", cell: ({ role }) => capital(role) },
  {
    key: "workspaceRole",
    title: strings.workspaceRole,
    width: "w-56",
    from: "lg",
    cell: (member) => <WorkspaceRole member={member} />,
  },
  {
    key: "createdAt",
    title: strings.since,
    width: "w-32",
    from: "lg",
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

/** What counts for pages, and whether the membership confirms it or only sign-in says so. */
function WorkspaceRole({ member }: { readonly member: Member }) {
  const { workspaceRole, role } = member;
  if (workspaceRole === null) return <span className="text-muted">{"–"}</span>;
  const isConfirmed = role !== "member";
  return (
    <span className="inline-flex items-center gap-1.5">
      {capital(workspaceRole)}
      <span className={isConfirmed ? "text-muted" : "inline-flex items-center gap-1 text-warn"}>
        {!isConfirmed && <StatusGlyph name="warning" />}
        {strings.from(isConfirmed ? strings.membership : strings.metadata)}
      </span>
    </span>
  );
}

export function memberCard({ name, role, email }: Member) {
  return {
    title: name,
    meta: (
      <>
        <span>{capital(role)}</span>
        <span className="truncate">{email}</span>
      </>
    ),
  };
}
