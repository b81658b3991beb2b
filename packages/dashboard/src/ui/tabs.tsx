import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface Tab {
  readonly value: string;
  readonly title: string;
}

/** Views of one thing, one at a time; the chosen one is the caller's state, so that it can be in the URL. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Of the chosen tab. */
  readonly children: ReactNode;
}) {
  const { tabs, value, onChange } = props;
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
      <Base.List
        aria-label={props.label}
        className="flex gap-5 overflow-x-auto border-b border-hairline"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-9 whitespace-nowrap border-b-2 border-transparent text-table font-medium text-secondary hover:text-text data-active:border-accent data-active:text-text max-desk:min-h-11"
          >
            {tab.title}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="outline-none">
          {tab.value === value && props.children}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
