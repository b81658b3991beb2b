import { Outlet } from "@tanstack/react-router";
import { Toasts } from "../ui/toast.tsx";

/** What is around every page, also those outside of the frame. */
export function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
