/** What the page of users asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Invitation, Member } from "@posthorn/sdk";
import { call, post, read, remove } from "../../api.ts";
import { useMe } from "../../session.ts";

export type Role = Member["role"];

function useHere(): string {
  return useMe().organization?.id ?? "";
}

export function useMembers() {
  const here = useHere();
  return useQuery({
    queryKey: ["members", "list"],
    queryFn: ({ signal }) =>
      read<{ data: Member[] }>(`/api/organizations/${here}/members`, undefined, signal),
  });
}

export function useInvitations() {
  const here = useHere();
  return useQuery({
    queryKey: ["members", "invitations"],
    queryFn: ({ signal }) =>
      read<{ data: Invitation[] }>(`/api/organizations/${here}/invitations`, undefined, signal),
  });
}

function useChange<Input, Output>(change: (input: Input, here: string) => Promise<Output>) {
  const here = useHere();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(input, here),
    onSettled: () => client.invalidateQueries({ queryKey: ["members"] }),
  });
}

export function useSetRole() {
  return useChange((input: { userId: string; role: Role }, here) =>
    call<void>({
      method: "PUT",
      path: `/api/organizations/${here}/members/${input.userId}`,
      body: { role: input.role },
    }),
  );
}

export function useRemoveMember() {
  return useChange((userId: string, here) =>
    remove(`/api/organizations/${here}/members/${userId}`),
  );
}

export function useInvite() {
  return useChange((input: { email: string; role: Role }, here) =>
    post<{ id: string }>(`/api/organizations/${here}/invitations`, input),
  );
}

export function useSendAgain() {
  return useChange((id: string, here) =>
    post<Invitation>(`/api/organizations/${here}/invitations/${id}/resend`),
  );
}

export function useTakeBack() {
  return useChange((id: string, here) => remove(`/api/organizations/${here}/invitations/${id}`));
}
