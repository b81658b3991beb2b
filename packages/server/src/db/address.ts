import type postgres from "postgres";

/** Where the database is: a URL, or a socket directory with user and database. */
export type Connection =
  | string
  | {
      readonly host: string;
      readonly user: string;
      readonly database: string;
      readonly port?: number;
    };

type Address = Pick<postgres.Options<never>, "host" | "user" | "database" | "port">;

/**
 * Where to connect, for the driver: the URL that it reads, and what stands above it. The driver does not know a
 * folder of sockets in a URL, as libpq does: `postgres:///name?host=/var/run/postgresql&user=posthorn`.
 */
export function readAddress(connection: Connection): { url: string; address: Address } {
  if (typeof connection !== "string") return { url: "", address: connection };
  const url = URL.parse(connection);
  const folder = url?.searchParams.get("host");
  if (!url || !folder?.startsWith("/")) return { url: connection, address: {} };
  const user = url.searchParams.get("user") ?? decodeURIComponent(url.username);
  const port = Number(url.searchParams.get("port") ?? url.port);
  for (const name of ["host", "user", "port"]) url.searchParams.delete(name);
  return {
    url: url.href,
    address: { host: folder, ...(user ? { user } : {}), ...(port ? { port } : {}) },
  };
}
