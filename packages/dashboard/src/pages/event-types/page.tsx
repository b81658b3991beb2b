import { Tabs } from "../../ui/tabs.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useUrlState } from "../../url-state.ts";
import { Catalogue } from "./catalogue.tsx";
import { EventLog } from "./event-log.tsx";
import { strings } from "./strings.ts";

const TABS = (["catalogue", "log"] as const).map((value) => ({
  value,
  title: strings.tabs[value],
}));

/** What can be subscribed to, and what was published. */
export function Page() {
  const [state, change] = useUrlState();
  const tab = state["tab"] === "log" ? "log" : "catalogue";
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} />
      <Tabs
        label={strings.tabList}
        tabs={TABS}
        value={tab}
        onChange={(next) =>
          change({ tab: next === "log" ? "log" : undefined, type: undefined, q: undefined })
        }
      >
        <div className="pt-5">{tab === "log" ? <EventLog /> : <Catalogue />}</div>
      </Tabs>
    </>
  );
}
