import { Menu } from "@base-ui/react/menu";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { useState } from "react";
import { gateOf, switchOrganization, useMe } from "../session.ts";
import { inputClass } from "../ui/field.tsx";
import { Icon } from "../ui/icons.tsx";
import { firstPage } from "./first-page.ts";
import { capital } from "./notice-strings.ts";
import { pageAt } from "./pages.ts";
import { strings } from "./strings.ts";

/** More than these are found by typing. */
const LISTED_MAX = 6;

/** The organizations of a person, in the switcher's menu. */
export function Organizations() {
  const me = useMe();
  const [text, setText] = useState("");
  const go = useSwitch();
  const found = me.organizations.filter(({ name }) =>
    name.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <>
      {me.organizations.length > LISTED_MAX && (
        <input
          aria-label={strings.findOrganization}
          placeholder={strings.findOrganization}
          value={text}
          onChange={(event) => setText(event.target.value)}
          // The menu would take letters for its own search.
          onKeyDown={(event) => !/^(Arrow|Escape|Tab)/.test(event.key) && event.stopPropagation()}
          className={`${inputClass} mb-1`}
        />
      )}
      <div className="max-h-80 overflow-y-auto">
        {found.map(({ id, name, role }) => (
          <Menu.Item
            key={id}
            onClick={() => void go(id)}
            className="flex min-h-11 cursor-default items-center gap-2 rounded-[4px] px-2 py-1 text-table outline-none data-highlighted:bg-sunken"
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{name}</span>
              <span className="block text-label text-muted">{capital(role)}</span>
            </span>
            {id === me.organization?.id && <Icon of={Check} />}
          </Menu.Item>
        ))}
      </div>
    </>
  );
}

/** Keeps the page, without its filters, if the person may see it there, and else goes to the first that they may see. */
function useSwitch(): (id: string) => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async (id) => {
    const me = await switchOrganization(client, id);
    const { pathname } = router.state.location;
    const row = pageAt(pathname);
    // Pages of a single thing belong to the organization that was left.
    const isList = row !== undefined && !row.path.includes("$");
    const isOpen = row?.area === null || (row?.area && gateOf(me, row.area).allowed);
    await router.navigate({ to: isList && isOpen ? pathname : firstPage(me), search: {} });
  };
}
