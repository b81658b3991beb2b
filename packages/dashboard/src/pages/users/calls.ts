/** What the page of users asks of the API. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Invitation, Member } from "@posthorn/sdk";
import { call, post, read, remove } from "../../api.ts";
import { useMe } from "../../session.ts";

export type Role = Member["role"];

function usePath(): string {
  return `/api/organizations/${useMe().organization?.id ?? ""}`;
}

export function useMembers() {
  const path = usePath();
  return useQuery({
    queryKey: ["members", "list"],
    queryFn: ({ signal }) => read<{ data: Member[] }>(`${path}/members`, undefined, signal),
  });
}

export function useInvitations() {
  const path = usePath();
  return useQuery({
    queryKey: ["members", "invitations"],
    queryFn: ({ signal }) => read<{ data: Invitation[] }>(`${path}/invitations`, undefined, signal),
  });
}

function useChange<Input, Output>(change: (input: Input, path: string) => Promise<Output>) {
  const path = usePath();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(input, path),
    onSettled: () => client.invalidateQueries({ queryKey: ["members"] }),
  });
}

export function useSetRole() {
  return useChange((input: { userId: string; role: Role }, path) =>
    call<void>({
      method: "PUT",
      path: `${path}/members/${input.userId}`,
      body: { role: input.role },
    }),
  );
}

export function useRemoveMember() {
  return useChange((userId: string, path) => remove(`${path}/members/${userId}`));
}

export function useInvite() {
  return useChange((input: { email: string; role: Role }, path) =>
    post<{ id: string }>(`${path}/invitations`, input),
  );
}

export function useTakeBack() {
  return useChange((id: string, path) => remove(`${path}/invitations/${id}`));
}
