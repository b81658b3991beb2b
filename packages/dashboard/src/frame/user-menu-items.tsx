import { Menu } from "@base-ui/react/menu";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { useState } from "react";
import { ApiError, remove } from "../api.ts";
import { forgetAll, useMe } from "../session.ts";
import { chooseTheme, chosenTheme, type Theme } from "../theme.ts";
import { readsAbsolute, setAbsolute } from "../ui/clock.ts";
import { Icon } from "../ui/icons.tsx";
import { MenuSeparator, menuItemClass } from "../ui/menu-popup.tsx";
import { toastRefusal } from "../ui/toast.tsx";
import { openDialog } from "./dialog-state.ts";
import { strings } from "./strings.ts";

/** What is in the menu of the person: how it looks here, the keys, and out. */
export function UserMenuItems() {
  const { user } = useMe();
  return (
    <>
      <div className="px-2.5 py-1.5">
        <p className="truncate text-table font-medium">{user.name}</p>
        {user.email && <p className="truncate text-label text-muted">{user.email}</p>}
      </div>
      <MenuSeparator />
      <ThemeChoice />
      <MenuSeparator />
      <TimesChoice />
      <MenuSeparator />
      <Menu.Item className={menuItemClass} onClick={() => openDialog("keys")}>
        {strings.shortcuts}
        <kbd className="text-label text-muted">{"?"}</kbd>
      </Menu.Item>
      <SignOut />
    </>
  );
}

const THEMES: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: "system", label: strings.themeSystem },
  { value: "light", label: strings.themeLight },
  { value: "dark", label: strings.themeDark },
];

function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (value: Theme) => {
    chooseTheme(value);
    setTheme(value);
  };
  return <Choice title={strings.theme} value={theme} onChange={choose} choices={THEMES} />;
}

const TIMES: readonly { readonly value: "relative" | "absolute"; readonly label: string }[] = [
  { value: "relative", label: strings.timesRelative },
  { value: "absolute", label: strings.timesAbsolute },
];

function TimesChoice() {
  const [times, setTimes] = useState<"relative" | "absolute">(
    readsAbsolute() ? "absolute" : "relative",
  );
  const choose = (value: "relative" | "absolute") => {
    setAbsolute(value === "absolute");
    setTimes(value);
  };
  return <Choice title={strings.times} value={times} onChange={choose} choices={TIMES} />;
}

function Choice<Value extends string>(props: {
  readonly title: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
}) {
  return (
    <Menu.RadioGroup value={props.value} onValueChange={props.onChange}>
      <Menu.GroupLabel className="px-2.5 pb-0.5 pt-1 text-label text-muted">
        {props.title}
      </Menu.GroupLabel>
      {props.choices.map(({ value, label }) => (
        <Menu.RadioItem key={value} value={value} className={menuItemClass} closeOnClick={false}>
          {label}
          <Menu.RadioItemIndicator>
            <Icon of={Check} />
          </Menu.RadioItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function SignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await remove("/api/sessions/current").catch((error: unknown) => {
      // It has ended already, which is what was wanted.
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    });
    await navigate({ to: "/sign-in" });
    forgetAll(client);
  };
  return (
    <Menu.Item className={menuItemClass} onClick={() => void signOut().catch(toastRefusal)}>
      {strings.signOut}
    </Menu.Item>
  );
}
