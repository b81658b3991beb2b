/** What the page about oneself asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@posthorn/sdk";
import { patch, post, read, remove } from "../../api.ts";

export type { Session };

const SESSIONS = ["sessions"];

export function useSessions() {
  return useQuery({
    queryKey: SESSIONS,
    queryFn: ({ signal }) => read<{ data: Session[] }>("/api/sessions", undefined, signal),
  });
}

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: SESSIONS }),
        client.invalidateQueries({ queryKey: ["me"] }),
      ]),
  });
}

export function useRename() {
  return useChange((name: string) => patch("/api/me", { name }));
}

export function useNewPassword() {
  return useChange((password: { readonly present?: string; readonly next: string }) =>
    patch("/api/me", { password }),
  );
}

export function useNewEmail() {
  return useChange((asked: { readonly email: string; readonly password?: string }) =>
    post("/api/me/email", asked),
  );
}

export function useEndSession() {
  return useChange((id: string) => remove(`/api/sessions/${id}`));
}

export function useEndOthers() {
  return useChange<void, void>(() => remove("/api/sessions"));
}
