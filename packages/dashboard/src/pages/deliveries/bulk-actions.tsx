import { BulkBar } from "../../ui/bulk-bar.tsx";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.tsx";
import { cancelDelivery, changeEach, redeliver, useDeliveryChange } from "./calls.ts";
import { strings } from "./strings.ts";

/** With the selected ones: again, or not any more. What could not be changed stays selected. */
export function DeliveriesBulkBar(props: {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}) {
  const { selected, onChange } = props;
  const each = useDeliveryChange(changeEach);
  const change = (
    act: (id: string) => Promise<unknown>,
    say: (done: number, failed: number) => string,
  ) =>
    each.mutate(
      { ids: [...selected], act },
      {
        onSuccess: ({ done, failed }) => {
          onChange(new Set(failed));
          toast({ text: say(done, failed.length) });
        },
      },
    );
  return (
    <BulkBar count={selected.size} onClear={() => onChange(new Set())}>
      <Button onClick={() => change(redeliver, strings.redeliverSelected)} isBusy={each.isPending}>
        {strings.redeliver}
      </Button>
      <Button
        look="danger"
        onClick={() => change(cancelDelivery, strings.cancelSelected)}
        isBusy={each.isPending}
      >
        {strings.cancel}
      </Button>
    </BulkBar>
  );
}
