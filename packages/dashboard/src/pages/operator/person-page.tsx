import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "../../api.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Id } from "../../ui/id.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { Facts } from "./facts.tsx";
import { usePerson, type User } from "./people-calls.ts";
import { DeletePerson } from "./person-dialogs.tsx";
import { strings } from "./people-strings.ts";

const LIST = "/operator/people";

export function Page() {
  // Proof: the route of this page has this parameter.
  const { userId } = useParams({ strict: false }) as { userId: string };
  const person = usePerson(userId);
  if (person.error instanceof ApiError && person.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        actions={<ButtonLink to={LIST}>{strings.all}</ButtonLink>}
      />
    );
  }
  if (person.error && !person.data) {
    return <ErrorState error={person.error} onRetry={() => void person.refetch()} />;
  }
  if (!person.data) return <SkeletonLines />;
  return <Loaded person={person.data} />;
}

function Loaded({ person }: { readonly person: User }) {
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <PageHeader
        title={person.name}
        text={person.isOperator ? strings.isOperator : undefined}
        actions={
          <Button look="danger" onClick={() => setAsked(true)}>
            {strings.remove}
          </Button>
        }
      />
      <div className="max-w-xl">
        <Facts
          label={person.name}
          rows={[
            [strings.id, <Id key="id" id={person.id} />],
            [strings.email, person.email ?? strings.noEmail],
            [strings.role, person.metadataRole ?? strings.noRole],
            [strings.kind, person.isOperator ? strings.operator : strings.person],
            [strings.created, <Time key="created" at={person.createdAt} />],
            [strings.changed, <Time key="changed" at={person.updatedAt} />],
          ]}
        />
      </div>
      {isAsked && (
        <DeletePerson
          person={person}
          onClose={() => setAsked(false)}
          onDone={() => void navigate({ to: LIST })}
        />
      )}
    </>
  );
}
