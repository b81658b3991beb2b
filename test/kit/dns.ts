import { createSocket, type RemoteInfo } from "node:dgram";

/** What the server says to one question; `drop` says nothing at all. */
export type DnsAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly string[]; readonly ttl?: number }
  | { readonly kind: "cname"; readonly name: string }
  | { readonly kind: "empty" }
  | { readonly kind: "nxdomain" }
  | { readonly kind: "servfail" }
  | { readonly kind: "drop" };

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "AAAA" | "other";
}

/** A scripted DNS server on loopback. */
export interface DnsServer {
  /** For `createResolver({ servers })`: `127.0.0.1:port`. */
  readonly address: string;
  /** Every question in order of arrival, repeats included. */
  readonly questions: readonly DnsQuestion[];
  close(): Promise<void>;
}

/**
 * Starts a server that asks `answer` for each question. `addresses` of the other family are left
 * out, so one answer serves both questions for a name.
 */
export async function startDnsServer(
  answer: (question: DnsQuestion) => DnsAnswer | Promise<DnsAnswer>,
): Promise<DnsServer> {
  const questions: DnsQuestion[] = [];
  const socket = createSocket("udp4");
  socket.on("message", async (query, sender: RemoteInfo) => {
    const question = readQuestion(query);
    questions.push(question);
    const reply = replyTo(query, question, await answer(question));
    if (reply) socket.send(reply, sender.port, sender.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** A table of names; a name that is not in it does not exist. */
export function dnsTable(table: Readonly<Record<string, DnsAnswer>>) {
  return ({ name }: DnsQuestion): DnsAnswer => table[name] ?? { kind: "nxdomain" };
}

/** One answer for the first question of each type, another for every later one. */
export function dnsFlip(first: DnsAnswer, later: DnsAnswer) {
  const asked = new Set<string>();
  return ({ type }: DnsQuestion): DnsAnswer => {
    if (asked.has(type)) return later;
    asked.add(type);
    return first;
  };
}

const HEADER_BYTES = 12;
const TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const;
const QUESTION_TYPES: Readonly<Record<number, DnsQuestion["type"]>> = { 1: "A", 28: "AAAA" };
const CODES = { noerror: 0, servfail: 2, nxdomain: 3 } as const;

/** RFC 1035, section 4.1.2: labels with their lengths, a zero, type, class. */
function readQuestion(query: Buffer): DnsQuestion {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1);
  return { name: labels.join(".").toLowerCase(), type: QUESTION_TYPES[type] ?? "other" };
}

function replyTo(query: Buffer, question: DnsQuestion, answer: DnsAnswer): Buffer | undefined {
  switch (answer.kind) {
    case "drop":
      return undefined;
    case "servfail":
    case "nxdomain":
      return message(query, CODES[answer.kind], []);
    case "empty":
      return message(query, CODES.noerror, []);
    case "cname":
      return message(query, CODES.noerror, [record(TYPES.CNAME, 60, encodeName(answer.name))]);
    case "addresses":
      return message(query, CODES.noerror, addressRecords(question, answer));
  }
}

function addressRecords(
  { type }: DnsQuestion,
  { addresses, ttl = 60 }: { readonly addresses: readonly string[]; readonly ttl?: number },
): Buffer[] {
  if (type === "other") return [];
  return addresses
    .filter((address) => address.includes(":") === (type === "AAAA"))
    .map((address) => record(TYPES[type], ttl, encodeAddress(address)));
}

/** The query's own header and question, marked as an answer, with the records behind. */
function message(query: Buffer, code: number, records: readonly Buffer[]): Buffer {
  const end = query.indexOf(0, HEADER_BYTES) + 5;
  const head = Buffer.from(query.subarray(0, end));
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records]);
}

/** 0xc00c points back at the name of the question (RFC 1035, section 4.1.4). */
function record(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split(".").map((label) => {
    return Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")]);
  });
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function encodeAddress(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [left = "", right] = address.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const gap = right === undefined ? [] : Array<string>(8 - head.length - tail.length).fill("0");
  const groups = [...head, ...gap, ...tail].map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
