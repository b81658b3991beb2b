import { pointerTo } from "./json-pointer.ts";
import { profileSchema, type ProfileContent } from "./profile-schema.ts";
import { mergeDocument, originsOf, plainValue, type Merged } from "./profile-merge.ts";

/** A platform profile: everything in which one platform differs from another, as data. Frozen all the way down. */
export interface Profile extends ProfileContent {
  /** JSON Pointer of each value (a list counts as one) → id of the profile that set it. */
  readonly origins: ReadonlyMap<string, string>;
}

export interface ProfileProblem {
  readonly profileId: string;
  readonly level: "error" | "warning";
  /** JSON Pointer into the profile; `""` is the whole. */
  readonly pointer: string;
  readonly message: string;
}

export interface ResolvedProfiles {
  /** Those without an error, by id. */
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly problems: readonly ProfileProblem[];
}

interface Document {
  readonly id: string;
  readonly parent: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
}

/** These say what a document is; inheriting them would let two profiles pass for one. */
const OWN_FIELDS = ["title", "source"];

/**
 * Works `extends` into each document (objects merge, everything else replaces) and checks the result.
 * Documents come in any order; unknown parents, circles and repeated ids are problems of those profiles alone.
 */
export function resolveProfiles(documents: readonly unknown[]): ResolvedProfiles {
  const problems: ProfileProblem[] = [];
  const read = readDocuments(documents, problems);
  const profiles = new Map<string, Profile>();
  for (const document of read.values()) {
    const chain = chainOf(document, read);
    const profile = Array.isArray(chain)
      ? build(chain, document)
      : [error(document.id, "/extends", chain)];
    if (Array.isArray(profile)) problems.push(...profile);
    else profiles.set(document.id, profile);
  }
  return { profiles, problems };
}

/** The profile that set the value at `pointer`, or the part of it that is there; undefined where nothing is. */
export function originOf(profile: Profile, pointer: string): string | undefined {
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf("/", end - 1)) {
    const origin = profile.origins.get(pointer.slice(0, end));
    if (origin !== undefined) return origin;
  }
  return undefined;
}

function readDocuments(
  documents: readonly unknown[],
  problems: ProfileProblem[],
): Map<string, Document> {
  const read = new Map<string, Document>();
  documents.forEach((content, index) => {
    const document = readDocument(content);
    if (document === undefined) {
      const message = "A profile is an object with an id; extends, if there, is the id of another.";
      problems.push(error(`document ${index + 1}`, "", message));
    } else if (read.has(document.id)) {
      problems.push(error(document.id, "/id", "Two profiles have this id."));
    } else {
      read.set(document.id, document);
    }
  });
  return read;
}

function readDocument(content: unknown): Document | undefined {
  if (!isRecord(content)) return undefined;
  const { id, extends: parent } = content;
  if (typeof id !== "string" || id === "") return undefined;
  if (parent !== undefined && typeof parent !== "string") return undefined;
  return { id, parent, content };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The documents from the farthest ancestor down to `document`, or a sentence why there is no such line. */
function chainOf(document: Document, all: ReadonlyMap<string, Document>): Document[] | string {
  const chain: Document[] = [];
  let next: Document | undefined = document;
  while (next !== undefined) {
    if (chain.includes(next)) return `The profile extends itself through ${next.id}.`;
    chain.unshift(next);
    if (next.parent === undefined) return chain;
    const parent: Document | undefined = all.get(next.parent);
    if (parent === undefined) return `There is no profile ${next.parent}.`;
    next = parent;
  }
  return chain;
}

function build(chain: readonly Document[], { id, content }: Document): Profile | ProfileProblem[] {
  const missing = OWN_FIELDS.filter((name) => !Object.hasOwn(content, name));
  if (missing.length > 0) {
    return missing.map((name) => error(id, `/${name}`, "Each profile says this itself."));
  }
  let merged: Merged = { kind: "object", members: new Map() };
  for (const ancestor of chain) merged = mergeDocument(merged, ancestor.content, ancestor.id);
  const parsed = profileSchema.safeParse(plainValue(merged));
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => error(id, pointerOf(path), message));
  }
  return deepFreeze({ ...parsed.data, origins: originsOf(merged) });
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((pointer, part) => pointerTo(pointer, String(part)), "");
}

function error(profileId: string, pointer: string, message: string): ProfileProblem {
  return { profileId, level: "error", pointer, message };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}
