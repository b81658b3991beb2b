/** What another plan means, before it is saved: which pages open or close for whom, and which limits change. */
export interface PlanRules {
  readonly gates: Readonly<
    Record<
      string,
      { readonly plans: "*" | readonly string[]; readonly workspace: readonly string[] }
    >
  >;
  /** By plan; `*` for all. */
  readonly limits?: Readonly<Record<string, LimitsOfPlan | undefined>> | undefined;
}

type LimitsOfPlan = Readonly<Record<string, number | null | undefined>>;

export interface PlanEffect {
  /** Areas that open, and those that close, each with the roles that they are for. */
  readonly gains: readonly AreaEffect[];
  readonly losses: readonly AreaEffect[];
  readonly limits: readonly {
    readonly name: string;
    readonly before: number | null | undefined;
    readonly after: number | null | undefined;
  }[];
}

export interface AreaEffect {
  readonly area: string;
  readonly roles: readonly string[];
}

type Plan = string | null;

export function planEffect(
  { gates, limits = {} }: PlanRules,
  { from, to }: { readonly from: Plan; readonly to: Plan },
): PlanEffect {
  const turned = (isOpenNow: boolean) =>
    Object.entries(gates).flatMap(([area, gate]) =>
      opens(gate.plans, from) !== isOpenNow && opens(gate.plans, to) === isOpenNow
        ? [{ area, roles: gate.workspace }]
        : [],
    );
  const [before, after] = [limitsIn(limits, from), limitsIn(limits, to)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    gains: turned(true),
    losses: turned(false),
    limits: names
      .filter((name) => before[name] !== after[name])
      .map((name) => ({ name, before: before[name], after: after[name] })),
  };
}

function opens(plans: "*" | readonly string[], plan: Plan): boolean {
  return plans === "*" || (plan !== null && plans.includes(plan));
}

function limitsIn(limits: NonNullable<PlanRules["limits"]>, plan: Plan): LimitsOfPlan {
  return { ...limits["*"], ...(plan === null ? {} : limits[plan]) };
}
