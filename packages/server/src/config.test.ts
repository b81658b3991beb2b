import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { describeConfig, parseConfig } from "./config.ts";
import { formatApiKey } from "./domain/api-key.ts";
import { SETTINGS } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-config-"));
after(() => rmSync(folder, { recursive: true }));

const operatorKey = formatApiKey("pho", new Uint8Array(32).fill(7));
const masterKey = Buffer.alloc(32, 9).toString("base64");
const keys = { POSTHORN_OPERATOR_KEY: operatorKey, POSTHORN_MASTER_KEY: masterKey };
const external = { POSTHORN_DATABASE_URL: "postgres://ph:s3cret@db.example:5432/ph", ...keys };

function parse(argv: string[] = [], env: Record<string, string> = {}) {
  return parseConfig({ argv: ["--data-dir", join(folder, "none"), ...argv], env });
}

function configOf(argv: string[] = [], env: Record<string, string> = {}) {
  const parsed = parse(argv, env);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.problems.join("\n"));
  return parsed.config;
}

function problemsOf(argv: string[] = [], env: Record<string, string> = {}): string {
  const parsed = parse(argv, env);
  assert.ok(!parsed.ok, "settings were accepted");
  return parsed.problems.join("\n");
}

test("nothing has to be set: loopback, embedded database, development", () => {
  const config = configOf();
  assert.equal(config.port, 4400);
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.mode, "development");
  assert.equal(config.publicUrl, "http://127.0.0.1:4400");
  assert.equal(config.retentionDays, 30);
  assert.deepEqual(config.allowAddresses, ["127.0.0.0/8", "::1/128"]);
  assert.equal(config.operatorKey, undefined);
  assert.ok(Object.isFrozen(config));
});

test("a flag goes before the environment, and the environment before the default", () => {
  const parsed = parse(["--port=5001"], { POSTHORN_PORT: "5002", POSTHORN_WORKERS: "2" });
  assert.ok(parsed.ok);
  assert.equal(parsed.config.port, 5001);
  assert.equal(parsed.config.workers, 2);
  const { POSTHORN_PORT, POSTHORN_WORKERS, POSTHORN_HOST } = parsed.origins;
  assert.deepEqual(
    [POSTHORN_PORT, POSTHORN_WORKERS, POSTHORN_HOST],
    ["flag", "environment", "default"],
  );
});

test("every setting is read by its flag and by its environment name", () => {
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\n");
  const samples: Record<string, string> = {
    ...external,
    POSTHORN_PORT: "1",
    POSTHORN_HOST: "127.0.0.2",
    POSTHORN_DATA_DIR: folder,
    POSTHORN_ROLE: "api",
    POSTHORN_WORKERS: "3",
    POSTHORN_SMTP_URL: "smtps://u:pw@mail.example",
    POSTHORN_MAIL_FROM: "hooks@mail.example",
    POSTHORN_RETENTION_DAYS: "7",
    POSTHORN_LOG_LEVEL: "warn",
    POSTHORN_TRUSTED_PROXIES: "1",
    POSTHORN_PROFILE: "fabhub",
    POSTHORN_MODE: "production",
    POSTHORN_ALLOW_ADDRESS: "10.0.0.0/8",
    POSTHORN_EXTRA_CA: ca,
    POSTHORN_PUBLIC_URL: "https://hooks.example",
    POSTHORN_FRAME_ANCESTORS: "https://app.example,https://*.example.com:8443",
    POSTHORN_UPGRADE_URL: "https://app.example/plans",
    POSTHORN_OIDC_ISSUER: "https://id.example/realm",
    POSTHORN_OIDC_CLIENT_ID: "posthorn",
    POSTHORN_OIDC_CLIENT_SECRET: "s3cret",
    POSTHORN_OIDC_CLIENT_SECRET_FILE: ca,
    POSTHORN_OIDC_NEW_USERS: "create",
    POSTHORN_OIDC_ROLE_CLAIM: "roles",
  };
  const rows = Object.values(SETTINGS);
  assert.deepEqual(Object.keys(samples).toSorted(), rows.map((row) => row.environment).toSorted());
  const argv = rows.flatMap(({ flag, environment }) =>
    flag === null ? [] : [`--${flag}`, samples[environment] ?? ""],
  );
  const byEnvironment = parseConfig({ argv: [], env: samples });
  const { POSTHORN_OIDC_CLIENT_SECRET = "" } = samples;
  const byFlag = parseConfig({ argv, env: { ...keys, POSTHORN_OIDC_CLIENT_SECRET } });
  assert.ok(byEnvironment.ok && byFlag.ok);
  assert.deepEqual(byFlag.config, byEnvironment.config);
  assert.equal(byFlag.config.publicUrl, "https://hooks.example");
});

test("an identity provider needs both of its settings, and TLS unless it is this machine", () => {
  const alone = problemsOf(["--oidc-client-id", "posthorn"]);
  assert.match(alone, /--oidc-issuer and --oidc-client-id belong together/);
  const plain = problemsOf(["--oidc-issuer", "http://id.example", "--oidc-client-id", "posthorn"]);
  assert.match(plain, /^--oidc-issuer must be an https:\/\/ URL\.$/m);
  const local = configOf(["--oidc-issuer", "http://127.0.0.1:9/", "--oidc-client-id", "posthorn"]);
  assert.equal(local.oidcIssuer, "http://127.0.0.1:9/", "letter by letter");
});

test("who may frame the pages is a list of origins, and nothing that ends a directive", () => {
  assert.deepEqual(configOf().frameAncestors, []);
  const twice = [
    "--frame-ancestors",
    "https://a.example",
    "--frame-ancestors",
    "http://localhost:1",
  ];
  assert.deepEqual(configOf(twice).frameAncestors, ["https://a.example", "http://localhost:1"]);
  for (const bad of ["*", "https://a.example/x", "https://a.example; script-src *", "'self'"]) {
    assert.match(problemsOf(["--frame-ancestors", bad]), /must be origins/);
  }
});

test("people are sent to an https page for upgrades, or to none", () => {
  assert.equal(configOf().upgradeUrl, undefined);
  const given = configOf(["--upgrade-url", "https://acme.example/plans?from=hooks"]);
  assert.equal(given.upgradeUrl, "https://acme.example/plans?from=hooks");
  for (const bad of [
    "javascript:alert(1)",
    "http://acme.example",
    "/plans",
    "https://a:b@c.example",
  ]) {
    assert.match(problemsOf(["--upgrade-url", bad]), /must/);
  }
});

test("all problems are told at once", () => {
  const problems = problemsOf(["--port", "70000", "--prot", "1", "extra", "--role"], {
    POSTHORN_WORKER: "2",
    POSTHORN_RETENTION_DAYS: "soon",
    POSTHORN_MASTER_KEY: "short",
  });
  assert.match(problems, /^--port must be a whole number from 0 to 65535\.$/m);
  assert.match(problems, /^Unknown flag --prot; posthorn start --help lists them\.$/m);
  assert.match(problems, /^Unexpected argument "extra"\.$/m);
  assert.match(problems, /^--role needs a value\.$/m);
  assert.match(problems, /^POSTHORN_WORKER is not a setting/m);
  assert.match(problems, /^POSTHORN_RETENTION_DAYS must be a whole number/m);
  assert.match(problems, /^POSTHORN_MASTER_KEY must be 32 bytes/m);
});

test("a flag without its value does not swallow the next flag", () => {
  assert.match(problemsOf(["--host", "--port", "1"]), /--host needs a value/);
});

test("only lists may be given twice, by repetition or by commas", () => {
  const argv = ["--allow-address", "10.0.0.0/8", "--allow-address", "::1,192.168.1.4"];
  assert.deepEqual(configOf(argv).allowAddresses, ["10.0.0.0/8", "::1/128", "192.168.1.4/32"]);
  assert.match(problemsOf(["--port", "1", "--port", "2"]), /--port is given twice/);
});

test("DATABASE_URL is not read", () => {
  assert.equal(configOf([], { DATABASE_URL: "postgres://elsewhere/db" }).databaseUrl, undefined);
});

test("variables of our other programs and empty ones are passed over", () => {
  assert.equal(configOf([], { POSTHORN_ORGANIZATION: "org_x", POSTHORN_PORT: "" }).port, 4400);
});

test("development never listens beyond loopback", () => {
  assert.match(problemsOf(["--mode", "development", "--host", "0.0.0.0"]), /loopback only/);
  for (const host of ["localhost", "127.8.8.8", "::1", "[::1]"]) {
    assert.equal(configOf(["--host", host]).mode, "development", host);
  }
});

test("another host or an external database means production", () => {
  assert.equal(configOf(["--host", "0.0.0.0"]).mode, "production");
  const config = configOf([], external);
  assert.equal(config.mode, "production");
  assert.deepEqual(config.allowAddresses, []);
});

test("an external database needs both keys", () => {
  const problems = problemsOf(["--database-url", "postgres://db/x"]);
  assert.match(problems, /POSTHORN_OPERATOR_KEY must be given/);
  assert.match(problems, /POSTHORN_MASTER_KEY must be given/);
  assert.match(problemsOf(["--database-url", "mysql://db/x"]), /postgres:\/\/ URL/);
});

test("the public URL is an origin, and https in production unless it is loopback", () => {
  const production = ["--mode", "production", "--public-url"];
  assert.equal(
    configOf([...production, "https://hooks.example/"]).publicUrl,
    "https://hooks.example",
  );
  assert.match(problemsOf([...production, "http://hooks.example"]), /must be https/);
  assert.equal(configOf([...production, "http://[::1]:4400"]).publicUrl, "http://[::1]:4400");
  for (const url of [
    "https://a.example/x",
    "https://a.example?q",
    "https://u:p@a.example",
    "a.example",
  ]) {
    assert.match(problemsOf(["--public-url", url]), /--public-url must/, url);
  }
});

test("an operator key of another form is refused", () => {
  for (const key of [
    "secret",
    operatorKey.replace("pho_", "phk_"),
    `${operatorKey.slice(0, -1)}_`,
  ]) {
    assert.match(problemsOf([], { POSTHORN_OPERATOR_KEY: key }), /must be pho_/, key);
  }
});

test("the files beside the embedded database are the source before the default", () => {
  const dataDir = join(folder, "data");
  const path = join(folder, "data.master-key");
  writeFileSync(path, `${masterKey}\n`);
  const parsed = parseConfig({ argv: ["--data-dir", dataDir], env: {} });
  assert.ok(parsed.ok);
  assert.equal(parsed.config.masterKey, masterKey);
  assert.equal(parsed.origins["POSTHORN_MASTER_KEY"], "file");
  writeFileSync(path, "");
  const emptied = parseConfig({ argv: ["--data-dir", dataDir], env: {} });
  assert.ok(!emptied.ok && /data\.master-key is empty/.test(emptied.problems.join()));
});

test("the description of the settings hides secrets and passwords", () => {
  const parsed = parse([], { ...external, POSTHORN_SMTP_URL: "smtp://u:s3cret@mail.example" });
  assert.ok(parsed.ok);
  const text = JSON.stringify(describeConfig(parsed));
  for (const secret of ["s3cret", operatorKey, masterKey])
    assert.ok(!text.includes(secret), secret);
  assert.match(text, /postgres:\/\/ph:\(hidden\)@db\.example:5432\/ph/);
  assert.match(text, /"environment":"POSTHORN_PORT","value":"4400","origin":"default"/);
});
