import { Link } from "@tanstack/react-router";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useUrlState } from "../../url-state.ts";
import { useProfileLines } from "./calls.ts";
import { Facts } from "./facts.tsx";
import { useProfile, type Profile } from "./organization-calls.ts";
import { PlanMatrix } from "./plan-matrix.tsx";
import { ProfileLint } from "./profile-lint.tsx";
import { ProfileValues } from "./profile-table.tsx";
import { strings } from "./profiles-strings.ts";

/** The installed profiles, each value of one of them with where it comes from, and two side by side. */
export function Page() {
  const profiles = useProfileLines();
  const [state] = useUrlState();
  const chosen = state["profile"] ?? profiles.data?.[0]?.id;
  const profile = useProfile(chosen);
  const error = profiles.error ?? profile.error;
  const retry = () => {
    void profiles.refetch();
    void profile.refetch();
  };
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} />
      {error && <ErrorState error={error} onRetry={retry} />}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[220px_minmax(0,1fr)]">
        <nav aria-label={strings.list}>
          {!profiles.data && !profiles.error && <SkeletonLines />}
          <ul>
            {profiles.data?.map(({ id, title }) => (
              <li key={id}>
                <Link
                  to="."
                  // Proof: the router of this page takes any record (url-state.ts).
                  search={{ profile: id } as never}
                  aria-current={id === chosen ? "page" : undefined}
                  className="block min-h-8 rounded-control px-2 py-1.5 text-table hover:bg-sunken aria-[current]:bg-sunken aria-[current]:font-medium max-desk:min-h-11"
                >
                  {title}
                  <span className="block text-label font-normal text-muted">{id}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {profile.data ? (
          <Loaded key={profile.data.id} profile={profile.data} />
        ) : (
          !error && <SkeletonLines lines={6} />
        )}
      </div>
    </>
  );
}

function Loaded({ profile }: { readonly profile: Profile }) {
  return (
    <div className="flex min-w-0 flex-col gap-8">
      <section aria-labelledby="profile">
        <h2 id="profile" className="pb-1 text-body font-semibold">
          {profile.title}
        </h2>
        <Facts
          label={profile.title}
          rows={[
            [
              strings.id,
              <code key="id" className="text-code">
                {profile.id}
              </code>,
            ],
            [strings.source, profile.source],
            [
              strings.format,
              <code key="format" className="text-code">
                {profile.wireFormat}
              </code>,
            ],
          ]}
        />
      </section>
      <ProfileLint id={profile.id} />
      <PlanMatrix access={profile.access} />
      <ProfileValues profile={profile} />
    </div>
  );
}
