import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { meQuery } from "../session.ts";

const PausedBar = lazy(() => import("./paused-bar.tsx").then((it) => ({ default: it.PausedBar })));

/** Looked at again by itself: who sits before a page hears of a pause, and of its end. */
const LOOK_AGAIN_MS = 60_000;

/** On every page while all deliveries of the installation wait; nothing while they flow. */
export function PauseBar() {
  const { data: me } = useQuery({ ...meQuery, refetchInterval: LOOK_AGAIN_MS });
  if (!me || me.deliveriesPausedAt === null) return null;
  const isOperator = me.user.isOperator && me.kind === "browser";
  return (
    <Suspense>
      <PausedBar pausedAt={me.deliveriesPausedAt} isOperator={isOperator} />
    </Suspense>
  );
}
