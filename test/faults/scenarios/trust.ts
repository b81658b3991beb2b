/** Names and certificates that are not to be trusted. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDnsServer, type DnsAnswer, type DnsQuestion } from "../../kit/dns.ts";
import { answerByPath, startReceiver, type Receiver } from "../../kit/receiver.ts";
import { rawPath } from "../../kit/receiver-behaviours.ts";
import { testCertificates } from "../../kit/tls.ts";
import { attemptsOf } from "../attempts.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { measure, publish, short, until } from "../load.ts";
import { lacksMounts, lacksProgram } from "../machine.ts";
import { quantiles } from "../../../bench/statistics.ts";
import type { Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const TWICE = { timeoutSeconds: 4, delaysSeconds: [0, 1] };
/** What fails has failed after some seconds, and a busy machine has time for a handshake. */
const SHORT = { timeoutSeconds: 10, delaysSeconds: [0, 1, 2, 4] };
const EVENTS = 5;

interface TlsFault {
  readonly receiver: Receiver;
  readonly code: string;
}

/** A receiver for each fault, and the code that its attempts must have; the last one has no fault. */
async function startTlsReceivers(): Promise<readonly TlsFault[]> {
  const { good, expired, wrongHost, selfSigned, stranger } = testCertificates();
  const old = {
    ...good,
    minVersion: "TLSv1",
    maxVersion: "TLSv1",
    ciphers: "ALL:@SECLEVEL=0",
  } as const;
  return [
    { receiver: await startReceiver({ tls: selfSigned }), code: "self_signed" },
    { receiver: await startReceiver({ tls: expired }), code: "expired" },
    { receiver: await startReceiver({ tls: wrongHost }), code: "wrong_host" },
    { receiver: await startReceiver({ tls: stranger }), code: "untrusted" },
    { receiver: await startReceiver({ tls: old }), code: "protocol" },
    { receiver: await startReceiver(), code: "protocol" },
    { receiver: await startReceiver({ tls: good }), code: "delivered" },
  ];
}

export const badCertificates: Scenario = {
  id: "F13",
  title: "six faults of TLS",
  lacks: () => lacksProgram("openssl"),
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "posthorn-faults-ca-"));
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, testCertificates().authority);
    const cluster = await startCluster(1, { delivery: TWICE, argv: [`--extra-ca=${authority}`] });
    const faults = await startTlsReceivers();
    const lanes: Lane[] = [];
    for (const [number, { receiver }] of faults.entries()) {
      const url = `https://localhost:${receiver.port}/tls`;
      lanes.push(await cluster.addLane(`/tls/${number}`, { url, isDead: true }));
    }
    await Promise.all(lanes.map((lane) => publish(cluster, lane, { count: EVENTS })));
    await until(async () => (await unfinished(cluster)) === 0, 30_000);
    const found = await checkAll(cluster);
    const codes = await Promise.all(lanes.map((lane) => codesOf(cluster, lane)));
    const wrong = codes.flatMap((seen, index) =>
      seen.filter((code) => code !== faults[index]?.code),
    );
    const trusted = faults.at(-1);
    const read = faults
      .filter((each) => each !== trusted)
      .map(({ receiver }) => receiver.requests.length);
    await cluster.close();
    for (const { receiver } of faults) await receiver.close();
    rmSync(folder, { recursive: true });
    return {
      criteria: [
        ...always(found),
        none("attempts with another code", wrong.length),
        atLeast("attempts", codes.flat().length, (faults.length - 1) * EVENTS * 2 + EVENTS),
        none(
          "requests read by receivers that are not trusted",
          read.reduce((sum, each) => sum + each, 0),
        ),
        atLeast("requests read by the trusted one", trusted?.receiver.requests.length ?? 0, EVENTS),
      ],
      figures: { ...found, codes: codes.map((seen) => [...new Set(seen)].join(" ")) },
    };
  },
};

async function unfinished({ sql }: Cluster): Promise<number> {
  const rows = await sql`select from deliveries where finished_at is null limit 1`;
  return rows.length;
}

async function codesOf({ sql }: Cluster, lane: Lane): Promise<string[]> {
  const attempts = await attemptsOf(sql, lane);
  return attempts.map(({ outcome, code }) => (outcome === "tls_error" ? `${code}` : outcome));
}

const GOOD_LANES = 14;
/** Of them, those that close each connection: every attempt asks DNS, and costs a handshake. */
const CLOSING_LANES = 3;
/** Beside the good ones: about a third of all names. */
const FAULTS: Readonly<
  Record<string, { answer: (question: DnsQuestion) => DnsAnswer; is: string }>
> = {
  nowhere: { answer: () => ({ kind: "nxdomain" }), is: "dns_error nxdomain" },
  broken: { answer: () => ({ kind: "servfail" }), is: "dns_error servfail" },
  silent: { answer: () => ({ kind: "drop" }), is: "dns_error dns_timeout" },
  empty: { answer: () => ({ kind: "empty" }), is: "dns_error empty" },
  circle: { answer: ({ name }) => ({ kind: "cname", name }), is: "dns_error empty" },
  mixed: {
    answer: () => ({ kind: "addresses", addresses: ["127.0.0.1", "10.0.0.1"], ttl: 0 }),
    is: "address_not_allowed address_not_allowed",
  },
  inside: {
    answer: () => ({ kind: "addresses", addresses: ["127.0.0.2"], ttl: 0 }),
    is: "address_not_allowed address_not_allowed",
  },
};
const CLOSING = rawPath("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
const DNS_MS_MAX = 50;
/** 1,000 in half a minute; each costs a look-up and every other one a handshake. */
const FLIPS_PER_SECOND = 33;

/** Every question for `flip` gets the other address; everything else by its first label. */
function startScriptedDns() {
  let flips = 0;
  const flip = (type: DnsQuestion["type"]): DnsAnswer => {
    if (type === "A") flips += 1;
    return { kind: "addresses", addresses: [flips % 2 === 0 ? "127.0.0.1" : "127.0.0.2"], ttl: 0 };
  };
  return startDnsServer((question) => {
    const [label = ""] = question.name.split(".");
    if (label === "flip") return flip(question.type);
    const fault = FAULTS[label];
    if (fault) return fault.answer(question);
    return { kind: "addresses", addresses: ["127.0.0.1"], ttl: 0 };
  });
}

export const badNames: Scenario = {
  id: "F14",
  title: "faults of DNS on a third of the names",
  ci: { seconds: 6, rate: 60 },
  lacks: lacksMounts,
  async run({ seconds, rate }) {
    const dns = await startScriptedDns();
    const folder = mkdtempSync(join(tmpdir(), "posthorn-faults-dns-"));
    const resolv = join(folder, "resolv.conf");
    writeFileSync(resolv, `nameserver ${dns.address}\n`);
    const launcher = ["unshare", "-m", "sh", "-c", BIND_RESOLV, "sh", resolv];
    const certificates = testCertificates();
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, certificates.authority);
    const cluster = await startCluster(3, {
      delivery: SHORT,
      argv: ["--allow-address=127.0.0.1/32", `--extra-ca=${authority}`],
      slot: () => ({ launcher }),
    });
    // Names are called by https alone.
    const receiver = await startReceiver({
      tls: certificates.good,
      keepsRequests: false,
      answer(request, response) {
        cluster.arrivals.add(request);
        answerByPath(request, response);
      },
    });
    const { port } = receiver;
    const canary = await startReceiver({ host: "127.0.0.2", port });
    const at = (name: string, path: string, isDead = false) =>
      cluster.addLane(path, { url: `https://${name}.receiver.test:${port}${path}`, isDead });
    for (let lane = 0; lane < GOOD_LANES; lane++)
      await at(`good-${lane}`, `${lane < CLOSING_LANES ? CLOSING : "/ok"}?lane=${lane}`);
    const faulty: (readonly [Lane, string])[] = [];
    for (const [label, { is }] of Object.entries(FAULTS)) {
      faulty.push([await at(label, `/ok/${label}`, true), is]);
    }
    const flip = await at("flip", `${CLOSING}?flip`, true);
    const flipping = publish(cluster, flip, { count: FLIPS_PER_SECOND * seconds });
    const beside = await measure(cluster, { seconds, perSecond: rate });
    await flipping;
    await until(async () => (await unfinished(cluster)) === 0, 60_000);
    const found = await checkAll(cluster);
    const wrong = (
      await Promise.all(faulty.map(([lane, is]) => wrongOf(cluster, lane, is)))
    ).flat();
    const flipped = await attemptsOf(cluster.sql, flip);
    const dnsMs = await dnsTimes(cluster);
    const hits = canary.socketCount;
    await cluster.close();
    await canary.close();
    await receiver.close();
    await dns.close();
    rmSync(folder, { recursive: true });
    const refused = flipped.filter(({ outcome }) => outcome === "address_not_allowed").length;
    return {
      criteria: [
        ...always(found),
        none("requests to the canary", hits),
        none("attempts classified as something else", wrong.length),
        atLeast("flips refused", refused, 1),
        atLeast("attempts at the name that flips", flipped.length, FLIPS_PER_SECOND * seconds),
        timeAtMost("DNS p99 ms of good names", quantiles(dnsMs)?.p99 ?? -1, DNS_MS_MAX),
      ],
      figures: {
        ...found,
        flips: flipped.length,
        flipsRefused: refused,
        wrong: [...new Set(wrong)],
        beside: short(beside),
      },
    };
  },
};

const BIND_RESOLV = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';

/** What a machine without time for it makes of any name. */
const STARVED = new Set([
  "timeout timeout",
  "dns_error dns_timeout",
  "connection_error connect_timeout",
]);

async function wrongOf({ sql }: Cluster, lane: Lane, is: string): Promise<string[]> {
  const attempts = await attemptsOf(sql, lane);
  const words = attempts.map(({ outcome, code }) => `${outcome} ${code}`);
  const wrong = words
    .filter((word) => word !== is && !STARVED.has(word))
    .map((word) => `${lane.path}: ${word}`);
  return words.length === 0 ? [`${lane.path}: no attempt`] : wrong;
}

/** Milliseconds of DNS of all attempts at good names that asked for it. */
async function dnsTimes({ sql, lanes }: Cluster): Promise<number[]> {
  const good = lanes.filter(({ isDead }) => !isDead).map(({ endpointUuid }) => endpointUuid);
  const rows = await sql<{ ms: number }[]>`
    select a.phases[1] as ms from all_attempts a join deliveries d on d.id = a.delivery_id
    where d.endpoint_id = any(${good}) and a.phases[1] is not null`;
  return rows.map(({ ms }) => ms);
}
