import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { post } from "../api.ts";
import { useUrlState } from "../url-state.ts";
import { isOver, LinkOver } from "./account-pages.tsx";
import { OutsidePage } from "./outside-page.tsx";
import { pageAt } from "./pages.ts";
import { FormError, useEnter } from "./sign-in.tsx";
import { strings } from "./strings.ts";

/** `/welcome?once=…`, the link that the first start shows: exchanges its token for a session, and forgets it. */
export function Entrance() {
  const [{ once = "" }] = useUrlState();
  const enter = useEnter(pageAt("/welcome") ? "/welcome" : "/");
  const { mutate, error } = useMutation({
    mutationFn: (token: string) => post("/api/setup", { token }),
    onSuccess: enter,
  });
  const isAsked = useRef(false);
  useEffect(() => {
    // It works once: React asks twice in development.
    if (isAsked.current) return;
    isAsked.current = true;
    // Out of the address before anything else can read it there.
    history.replaceState(history.state, "", "/enter");
    mutate(once);
  }, [mutate, once]);
  if (isOver(error)) return <LinkOver />;
  return (
    <OutsidePage title={strings.entering}>
      <FormError error={error} />
    </OutsidePage>
  );
}
