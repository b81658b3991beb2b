import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useMe } from "../session.ts";
import { useSingleKeys } from "../ui/single-keys.ts";
import { openDialog, useOpenDialog } from "./dialog-state.ts";
import { navigationOf } from "./first-page.ts";

const Palette = lazy(() => import("./palette.tsx").then(({ Palette: it }) => ({ default: it })));
const KeySheet = lazy(() =>
  import("./key-sheet.tsx").then(({ KeySheet: it }) => ({ default: it })),
);

/** The palette (⌘K), the sheet of keys (?), and the keys that go to pages. */
export function Dialogs() {
  const open = useOpenDialog();
  const navigate = useNavigate();
  const me = useMe();
  const pages = (["settings", "integrations", "operator"] as const).flatMap((section) =>
    navigationOf(me, section),
  );
  useSingleKeys({
    "?": () => openDialog("keys"),
    ...Object.fromEntries(
      pages.flatMap(({ path, navigation }) =>
        navigation?.keys ? [[navigation.keys, () => void navigate({ to: path })]] : [],
      ),
    ),
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openDialog("palette");
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <Suspense>
      {open === "palette" && <Palette pages={pages} onClose={() => openDialog(null)} />}
      {open === "keys" && <KeySheet pages={pages} onClose={() => openDialog(null)} />}
    </Suspense>
  );
}
