/** What the operator's pages of people ask of the API. */
import { useQuery } from "@tanstack/react-query";
import type { Operations, User } from "@posthorn/sdk";
import { post, read, remove } from "../../api.ts";
import { useList, type List } from "../../paged.ts";

export type { User };
export type NewUser = Operations["usersCreate"]["body"];

export function usePeople(q: string | undefined): List<User> {
  return useList<User>({ key: ["users"], path: "/api/users", query: { q } });
}

export function usePerson(id: string) {
  return useQuery({
    queryKey: ["users", "one", id],
    queryFn: ({ signal }) => read<User>(`/api/users/${id}`, undefined, signal),
  });
}

export function createPerson(body: NewUser): Promise<User> {
  return post<User>("/api/users", body);
}

export function deletePerson(id: string): Promise<void> {
  return remove(`/api/users/${id}`);
}
