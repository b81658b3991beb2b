import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key with its certificate, as `tls.createServer` takes them. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Certificates of one test run, good and bad. */
export interface TestCertificates {
  /** PEM of the authority that issued all but `selfSigned` and `stranger`. */
  readonly authority: string;
  /** For `localhost`, `receiver.test`, names below it, 127.0.0.1 and ::1. */
  readonly good: Certificate;
  readonly expired: Certificate;
  /** For `other.test` alone. */
  readonly wrongHost: Certificate;
  readonly selfSigned: Certificate;
  /** Right names, issued by an authority that nobody trusts. */
  readonly stranger: Certificate;
}

const NAMES = "DNS:localhost,DNS:receiver.test,DNS:*.receiver.test,IP:127.0.0.1,IP:::1";

let made: TestCertificates | undefined;

/**
 * Makes them at the first call with the `openssl` command (half a second) and keeps them for this
 * process.
 */
export function testCertificates(): TestCertificates {
  made ??= makeCertificates();
  return made;
}

function makeCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), "posthorn-tls-"));
  try {
    const authority = makeAuthority(folder, "authority");
    makeAuthority(folder, "unknown");
    return {
      authority,
      good: issue(folder, { name: "good", names: NAMES, by: "authority" }),
      expired: issue(folder, { name: "expired", names: NAMES, by: "authority", isExpired: true }),
      wrongHost: issue(folder, { name: "wrong", names: "DNS:other.test", by: "authority" }),
      selfSigned: selfSign(folder),
      stranger: issue(folder, { name: "stranger", names: NAMES, by: "unknown" }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

function makeAuthority(folder: string, name: string): string {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`, "-days", "30"];
  openssl(folder, ["req", "-x509", ...NEW_KEY, ...files, "-subj", `/CN=Test ${name}`]);
  return readFileSync(join(folder, `${name}.crt`), "utf8");
}

function selfSign(folder: string): Certificate {
  const files = ["-keyout", "self.key", "-out", "self.crt", "-days", "30"];
  const names = ["-subj", "/CN=receiver.test", "-addext", `subjectAltName=${NAMES}`];
  openssl(folder, ["req", "-x509", ...NEW_KEY, ...files, ...names]);
  return read(folder, "self");
}

interface Order {
  readonly name: string;
  readonly names: string;
  readonly by: string;
  readonly isExpired?: boolean;
}

function issue(folder: string, { name, names, by, isExpired = false }: Order): Certificate {
  const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
  openssl(folder, ["req", "-new", ...NEW_KEY, ...request]);
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names}\n`);
  const issuer = ["-CA", `${by}.crt`, "-CAkey", `${by}.key`, "-CAcreateserial"];
  const files = ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`];
  // A validity of minus one day ended yesterday.
  openssl(folder, ["x509", "-req", ...issuer, ...files, "-days", isExpired ? "-1" : "30"]);
  return read(folder, name);
}

function read(folder: string, name: string): Certificate {
  return {
    key: readFileSync(join(folder, `${name}.key`), "utf8"),
    cert: readFileSync(join(folder, `${name}.crt`), "utf8"),
  };
}

function openssl(folder: string, args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}
