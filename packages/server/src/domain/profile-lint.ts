import { lintAccess } from "./lint-access.ts";
import { lintCatalogue, type CheckExample } from "./lint-catalogue.ts";
import type { Report } from "./lint-report.ts";
import { lintWire } from "./lint-wire.ts";
import type { Profile, ProfileProblem } from "./profile.ts";

/**
 * Everything that the shape of a profile alone does not show: rules between fields, names, examples.
 * A profile with an error must not be used; warnings are for its author.
 */
export function lintProfile(
  profile: Profile,
  tools: { readonly checkExample: CheckExample },
): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const report: Report = (level, pointer, message) => {
    problems.push({ profileId: profile.id, level, pointer, message });
  };
  lintWire(profile, report);
  lintCatalogue(profile, report, tools.checkExample);
  lintAccess(profile, report);
  return problems;
}
