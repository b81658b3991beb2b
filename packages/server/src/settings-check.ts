/** What the text of one setting may be: each kind says its name for the reference, and reads one text. */
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { parseMailbox } from "./domain/mail-address.ts";
import { OPERATOR_KEY_PREFIX, readApiKeyPrefix } from "./domain/api-key.ts";

export type Read<T> = { readonly value: T } | { readonly problem: string };

export interface Kind<T> {
  /** For the reference, for example `integer, 1 to 64`. */
  readonly name: string;
  /** Completes the sentence "NAME …" when the text will not do. */
  readonly read: (text: string) => Read<T>;
}

export function integerBetween(min: number, max: number): Kind<number> {
  return {
    name: `integer, ${min} to ${max}`,
    read(text) {
      const value = Number(text);
      const fits = /^\d{1,9}$/.test(text) && value >= min && value <= max;
      return fits ? { value } : { problem: `must be a whole number from ${min} to ${max}` };
    },
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Kind<T> {
  return {
    name: words.join(", "),
    read(text) {
      const value = words.find((word) => word === text);
      return value === undefined ? { problem: `must be one of ${words.join(", ")}` } : { value };
    },
  };
}

export const words: Kind<string> = { name: "text", read: (value) => ({ value }) };

export const directory: Kind<string> = {
  name: "folder",
  read: (text) => ({ value: resolve(text) }),
};

export const hostName: Kind<string> = {
  name: "address or host name",
  read(text) {
    const value = text.replace(/^\[(.*)\]$/, "$1");
    const fits = isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value);
    return fits ? { value } : { problem: "must be an IP address or a host name, without a port" };
  },
};

/** `127.0.0.0/8,::1` → `["127.0.0.0/8", "::1/128"]`. */
export const addressRanges: Kind<readonly string[]> = {
  name: "CIDR ranges, separated by commas",
  read(text) {
    const ranges = text.split(",").map((part) => addressRange(part.trim()));
    const value = ranges.filter((range) => range !== undefined);
    return value.length === ranges.length
      ? { value: Object.freeze(value) }
      : { problem: "must be addresses or CIDR ranges such as 10.1.0.0/16, separated by commas" };
  },
};

function addressRange(text: string): string | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || rest.length > 0) return undefined;
  if (length === undefined) return `${address}/${bits}`;
  return /^\d{1,3}$/.test(length) && Number(length) <= bits ? text : undefined;
}

export const databaseAddress: Kind<string> = {
  name: "postgres:// URL",
  read: (value) =>
    /^postgres(ql)?:\/\/\S+$/.test(value)
      ? { value }
      : { problem: "must be a postgres:// URL; no other database is supported" },
};

export const mailAddress: Kind<string> = {
  name: "smtp:// or smtps:// URL",
  read: (value) =>
    /^smtps?:$/.test(urlOf(value)?.protocol ?? "") && urlOf(value)?.hostname !== ""
      ? { value }
      : { problem: "must be an smtp:// or smtps:// URL" },
};

export const mailbox: Kind<string> = {
  name: "mail address, with a name or without",
  read: (value) =>
    parseMailbox(value)
      ? { value }
      : {
          problem: 'must be a mail address such as ops@example.com or "Posthorn <ops@example.com>"',
        },
};

/** The address people and receivers see; the value is its origin. */
export const publicAddress: Kind<string> = {
  name: "http:// or https:// URL without a path",
  read(text) {
    const url = urlOf(text);
    if (!url || !/^https?:$/.test(url.protocol)) return { problem: "must be an https:// URL" };
    if (url.username !== "" || url.password !== "") {
      return { problem: "must not carry a user name or password" };
    }
    if (url.href !== `${url.origin}/`) {
      return { problem: `must not have a path, query or fragment; use ${url.origin}` };
    }
    return { value: url.origin };
  },
};

/** A page of the operator's own that people are sent to. */
export const linkAddress: Kind<string> = {
  name: "https:// URL",
  read(text) {
    const url = urlOf(text);
    const isSafe =
      url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
    if (!url || !isSafe) return { problem: "must be an https:// URL" };
    if (url.username !== "") return { problem: "must not carry a user name or password" };
    return { value: url.href };
  },
};

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

export const certificateFile: Kind<string> = {
  name: "PEM file",
  read(text) {
    const value = resolve(text);
    if (!existsSync(value)) return { problem: `names a file that does not exist (${value})` };
    return readFileSync(value, "utf8").includes("-----BEGIN CERTIFICATE-----")
      ? { value }
      : { problem: `names a file without a PEM certificate (${value})` };
  },
};

/** `https://app.example,https://*.example.com` as Content-Security-Policy takes them; an empty text is nobody. */
export const origins: Kind<readonly string[]> = {
  name: "origins, separated by commas",
  read(text) {
    const value = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    return value.every((part) => ORIGIN.test(part))
      ? { value: Object.freeze(value) }
      : { problem: "must be origins such as https://app.example or https://*.example.com" };
  },
};

/** A scheme, a host (its first label may be `*`) and perhaps a port: nothing that could end a directive. */
const ORIGIN = /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

/** An issuer is compared letter by letter (OpenID Connect Discovery 1.0, 4.3): the value is the text as it was given. */
export const issuerAddress: Kind<string> = {
  name: "https:// URL",
  read(value) {
    const url = urlOf(value);
    const isSafe =
      url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
    if (!url || !isSafe) return { problem: "must be an https:// URL" };
    const isBare = url.search === "" && url.hash === "" && url.username === "";
    return isBare ? { value } : { problem: "must not have a user name, query or fragment" };
  },
};

/** The value is what is in the file. */
export const secretFile: Kind<string> = {
  name: "file with a secret",
  read(text) {
    const file = resolve(text);
    if (!existsSync(file)) return { problem: `names a file that does not exist (${file})` };
    const value = readFileSync(file, "utf8").trim();
    return value === "" ? { problem: `names an empty file (${file})` } : { value };
  },
};

export const operatorKey: Kind<string> = {
  name: "pho_ key",
  read: (value) =>
    readApiKeyPrefix(value) === OPERATOR_KEY_PREFIX
      ? { value }
      : {
          problem:
            "must be pho_ followed by 30 letters or digits and their 6-letter checksum; " +
            "leave it out once to have one generated",
        },
};

/** 32 bytes; the value is canonical base64, so that equal keys are equal texts. */
export const masterKey: Kind<string> = {
  name: "32 bytes in base64",
  read(text) {
    const bytes = Buffer.from(text, "base64");
    return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) && bytes.length === 32
      ? { value: bytes.toString("base64") }
      : { problem: "must be 32 bytes in base64 (make one with: openssl rand -base64 32)" };
  },
};

export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}
