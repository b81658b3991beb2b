/** What the load generator posts, and to whom. */
import type { BenchedServer } from "./server.ts";

export const WANTED = "order.created";
export const UNWANTED = "order.cancelled";

export async function createOrganization(
  server: BenchedServer,
): Promise<{ organizationId: string }> {
  const created = await server.post("/api/organizations", { name: "Benchmark" });
  // Proof: an answer 2xx of this route has an id.
  return { organizationId: (created as { id: string }).id };
}

/** A whole HTTP request, with the head. */
export function requestBytes(server: BenchedServer, path: string, body: unknown): Buffer {
  const content = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${server.port}`,
    `authorization: Bearer ${server.operatorKey}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(content)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${content}`);
}

/** `data` of this many bytes. */
export function dataOf(bytes: number): { readonly text: string } {
  return { text: "x".repeat(Math.max(0, bytes - '{"text":""}'.length)) };
}
