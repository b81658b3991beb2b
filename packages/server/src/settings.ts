import * as check from "./settings-check.ts";
import type { Kind } from "./settings-check.ts";

/** One setting, told once: the reference and the help are made from these rows. */
export interface Setting<T> {
  /** Without the leading dashes; null for secrets, because other users of the machine can read command lines. */
  readonly flag: string | null;
  readonly environment: string;
  readonly kind: Kind<T>;
  /** Read like a given text; null when the value follows from other settings or is absent. */
  readonly default: string | null;
  /** What applies when `default` is null. */
  readonly otherwise?: string;
  readonly unit?: string;
  readonly sentence: string;
  /** Hidden by `posthorn config`: all of it, or the password of a URL. */
  readonly secret?: "all" | "password";
  /** May be given several times. */
  readonly isList?: boolean;
}

function setting<T>(row: Setting<T>): Setting<T> {
  return Object.freeze(row);
}

export const SETTINGS = Object.freeze({
  port: setting({
    flag: "port",
    environment: "POSTHORN_PORT",
    kind: check.integerBetween(0, 65_535),
    default: "4400",
    sentence: "TCP port of the API, the dashboard and the test inboxes; 0 takes any free one.",
  }),
  host: setting({
    flag: "host",
    environment: "POSTHORN_HOST",
    kind: check.hostName,
    default: "127.0.0.1",
    sentence:
      "Address to listen on. Anything but loopback makes this an installation in production.",
  }),
  dataDir: setting({
    flag: "data-dir",
    environment: "POSTHORN_DATA_DIR",
    kind: check.directory,
    default: "./.posthorn",
    sentence:
      "Folder of the embedded PostgreSQL and of `operator.env`. Back it up with its master key.",
  }),
  databaseUrl: setting({
    flag: "database-url",
    environment: "POSTHORN_DATABASE_URL",
    kind: check.databaseAddress,
    default: null,
    otherwise: "the embedded PostgreSQL",
    sentence:
      "An external PostgreSQL 15 or newer. The operator key and the master key are then required.",
    secret: "password",
  }),
  role: setting({
    flag: "role",
    environment: "POSTHORN_ROLE",
    kind: check.oneOf("all", "api", "worker"),
    default: "all",
    sentence: "What this process does: answer the API, deliver, or both.",
  }),
  workers: setting({
    flag: "workers",
    environment: "POSTHORN_WORKERS",
    kind: check.integerBetween(1, 64),
    default: "1",
    unit: "processes",
    sentence: "Processes that share the port; one for each processor is the most that helps.",
  }),
  smtpUrl: setting({
    flag: "smtp-url",
    environment: "POSTHORN_SMTP_URL",
    kind: check.mailAddress,
    default: null,
    otherwise: "none: development keeps mails for reading, production refuses what needs mail",
    sentence:
      "Mail server that carries alerts to people; with a password over TLS only, unless it is this machine.",
    secret: "password",
  }),
  mailFrom: setting({
    flag: "mail-from",
    environment: "POSTHORN_MAIL_FROM",
    kind: check.mailbox,
    default: null,
    otherwise: "`posthorn@HOST`, with the host of the public URL",
    sentence: "Sender of every mail; the mail server must be allowed to send for it.",
  }),
  retentionDays: setting({
    flag: "retention-days",
    environment: "POSTHORN_RETENTION_DAYS",
    kind: check.integerBetween(1, 3650),
    default: "30",
    unit: "days",
    sentence: "How long payloads, deliveries and attempts are kept.",
  }),
  logLevel: setting({
    flag: "log-level",
    environment: "POSTHORN_LOG_LEVEL",
    kind: check.oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    default: "info",
    sentence: "The least important log line that is still written.",
  }),
  trustedProxies: setting({
    flag: "trusted-proxies",
    environment: "POSTHORN_TRUSTED_PROXIES",
    kind: check.integerBetween(0, 16),
    default: "0",
    unit: "proxies",
    sentence: "How many proxies stand in front and may be believed about the caller's address.",
  }),
  profile: setting({
    flag: "profile",
    environment: "POSTHORN_PROFILE",
    kind: check.words,
    default: "default",
    sentence: "Profile of the first organization: a name, or the path of a JSON file.",
  }),
  mode: setting({
    flag: "mode",
    environment: "POSTHORN_MODE",
    kind: check.oneOf("development", "production"),
    default: null,
    otherwise: "development when the host is loopback and the database embedded, else production",
    sentence: "Development allows http endpoints on allowed addresses and serves on loopback only.",
  }),
  allowAddresses: setting({
    flag: "allow-address",
    environment: "POSTHORN_ALLOW_ADDRESS",
    kind: check.addressRanges,
    default: null,
    otherwise: "development: 127.0.0.0/8 and ::1; production: none",
    sentence:
      "Addresses that are not public and may be called all the same. The flag may be repeated.",
    isList: true,
  }),
  extraCaFile: setting({
    flag: "extra-ca",
    environment: "POSTHORN_EXTRA_CA",
    kind: check.certificateFile,
    default: null,
    otherwise: "none",
    sentence: "Certificates that deliveries and mails trust beside the public ones.",
  }),
  publicUrl: setting({
    flag: "public-url",
    environment: "POSTHORN_PUBLIC_URL",
    kind: check.publicAddress,
    default: null,
    otherwise: "`http://127.0.0.1:PORT`",
    sentence: "Where people and receivers reach this installation; https in production.",
  }),
  upgradeUrl: setting({
    flag: "upgrade-url",
    environment: "POSTHORN_UPGRADE_URL",
    kind: check.linkAddress,
    default: null,
    otherwise: "no link",
    sentence:
      "Your page where an organization's plan is changed; the dashboard links to it where a plan is asked for.",
  }),
  frameAncestors: setting({
    flag: "frame-ancestors",
    environment: "POSTHORN_FRAME_ANCESTORS",
    kind: check.origins,
    default: "",
    otherwise: "nobody",
    sentence:
      "Origins of your product that may show the pages in a frame, for portal sessions. The flag may be repeated.",
    isList: true,
  }),
  oidcIssuer: setting({
    flag: "oidc-issuer",
    environment: "POSTHORN_OIDC_ISSUER",
    kind: check.issuerAddress,
    default: null,
    otherwise: "none: people sign in with a password",
    sentence:
      "Identity provider (OpenID Connect) by which people sign in; it must know `<public-url>/api/oidc/callback`.",
  }),
  oidcClientId: setting({
    flag: "oidc-client-id",
    environment: "POSTHORN_OIDC_CLIENT_ID",
    kind: check.words,
    default: null,
    otherwise: "none",
    sentence: "Under which name the identity provider knows this installation.",
  }),
  oidcClientSecret: setting({
    flag: null,
    environment: "POSTHORN_OIDC_CLIENT_SECRET",
    kind: check.words,
    default: null,
    otherwise: "none: a public client, with PKCE alone",
    sentence: "What the identity provider asks of this installation beside PKCE.",
    secret: "all",
  }),
  oidcClientSecretFile: setting({
    flag: "oidc-client-secret-file",
    environment: "POSTHORN_OIDC_CLIENT_SECRET_FILE",
    kind: check.secretFile,
    default: null,
    otherwise: "none",
    sentence: "The same secret, from a file; the variable counts when both are given.",
    secret: "all",
  }),
  oidcNewUsers: setting({
    flag: "oidc-new-users",
    environment: "POSTHORN_OIDC_NEW_USERS",
    kind: check.oneOf("invited", "create"),
    default: "invited",
    sentence:
      "Whom the identity provider may bring that is not here yet: those with an invitation, or everybody it knows.",
  }),
  oidcRoleClaim: setting({
    flag: "oidc-role-claim",
    environment: "POSTHORN_OIDC_ROLE_CLAIM",
    kind: check.words,
    default: null,
    otherwise: "none",
    sentence:
      "Claim with the workspace role of a person; without a membership it opens the menu and nothing more.",
  }),
  operatorKey: setting({
    flag: null,
    environment: "POSTHORN_OPERATOR_KEY",
    kind: check.operatorKey,
    default: null,
    otherwise: "`<data-dir>/operator.env`, generated at the first start with the embedded database",
    sentence: "The key that may do everything.",
    secret: "all",
  }),
  masterKey: setting({
    flag: null,
    environment: "POSTHORN_MASTER_KEY",
    kind: check.masterKey,
    default: null,
    otherwise: "`<data-dir>.master-key`, generated at the first start with the embedded database",
    sentence: "Seals every secret at rest. Without it a backup of the database is of no use.",
    secret: "all",
  }),
});
