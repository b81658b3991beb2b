import { usePauseChange } from "../../frame/resume-deliveries.tsx";
import { Button } from "../../ui/button.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { strings } from "./strings.ts";

/** That deliveries go on with a ceiling, and the way to lift it; nothing without one. */
export function Ceiling({ ratePerSecond }: { readonly ratePerSecond: number | null }) {
  const change = usePauseChange();
  if (ratePerSecond === null) return null;
  const lift = () =>
    change.mutate(
      { ratePerSecond: "" },
      { onSuccess: () => toast({ text: strings.ceilingLifted }) },
    );
  return (
    <section
      aria-label={strings.ceiling}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-hairline bg-warn-tint px-3 py-2 text-table"
    >
      <span className="text-warn">
        <StatusGlyph name="warning" />
      </span>
      <p className="min-w-0 flex-[1_1_16rem]">
        <strong className="font-semibold">{strings.ceilingLine(ratePerSecond)}</strong>{" "}
        {strings.ceilingMore}
      </p>
      <Button isBusy={change.isPending} onClick={lift}>
        {strings.liftCeiling}
      </Button>
      {change.error && <ErrorState error={change.error} />}
    </section>
  );
}
