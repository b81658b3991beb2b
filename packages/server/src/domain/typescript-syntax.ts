import type { JsonRecord } from "./json-record.ts";
import { readTokens, TypeScriptProblem, type Token } from "./typescript-tokens.ts";

/** Nothing that people write is nested deeper. */
const NESTING_MAX = 64;

/** One member of an object. */
export interface Member {
  readonly name: string;
  readonly comment: string;
  readonly isOptional: boolean;
  readonly value: Type;
}

/** A type that describes data. */
export type Type =
  | { readonly kind: "schema"; readonly schema: JsonRecord }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "list" | "record"; readonly of: Type }
  | { readonly kind: "union" | "both"; readonly parts: readonly Type[] }
  | { readonly kind: "name"; readonly name: string; readonly line: number };

const PLAIN: Readonly<Record<string, JsonRecord>> = {
  string: { type: "string" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  null: { type: "null" },
  true: { const: true },
  false: { const: false },
  unknown: {},
  any: {},
};

/** The interfaces and type aliases of a module by name. Throws `TypeScriptProblem` at everything else. */
export function readDeclarations(text: string): ReadonlyMap<string, Type> {
  return new Reader(readTokens(text)).declarations();
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  declarations(): Map<string, Type> {
    const declared = new Map<string, Type>();
    while (this.#peek().kind !== "end") {
      this.#take("export");
      const { text, line } = this.#next();
      if (text !== "interface" && text !== "type") throw unreadable(line, text);
      const { text: name } = this.#word();
      if (text === "type") this.#expect("=");
      // What is said about the names of types is nothing about their data.
      const isOfKeys = text === "type" && this.#take("keyof");
      const value = text === "type" ? this.#type() : this.#object();
      if (!isOfKeys) declared.set(name, value);
      this.#take(";");
    }
    return declared;
  }

  #type(): Type {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw new TypeScriptProblem(
        this.#peek().line,
        `Types are nested at most ${NESTING_MAX} deep.`,
      );
    }
    this.#take("|");
    const parts = [this.#both()];
    while (this.#take("|")) parts.push(this.#both());
    this.#depth -= 1;
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "union", parts };
  }

  #both(): Type {
    const parts = [this.#postfix()];
    while (this.#take("&")) parts.push(this.#postfix());
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: "both", parts };
  }

  #postfix(): Type {
    this.#take("readonly");
    let type = this.#primary();
    while (this.#take("[")) {
      this.#expect("]");
      type = { kind: "list", of: type };
    }
    return type;
  }

  #primary(): Type {
    const { kind, text, value, line } = this.#peek();
    if (text === "{") return this.#object();
    this.#next();
    if (kind === "literal") return { kind: "schema", schema: { const: value } };
    if (text === "(") {
      const inner = this.#type();
      this.#expect(")");
      return inner;
    }
    if (kind !== "word") throw unreadable(line, text);
    const plain = Object.hasOwn(PLAIN, text) ? PLAIN[text] : undefined;
    if (plain) return { kind: "schema", schema: plain };
    if (!this.#take("<")) return { kind: "name", name: text, line };
    return this.#generic(text, line);
  }

  #generic(name: string, line: number): Type {
    if (name === "Record") {
      if (this.#next().text !== "string") throw unreadable(line, name);
      this.#expect(",");
    } else if (name !== "Array" && name !== "ReadonlyArray") throw unreadable(line, `${name}<`);
    const of = this.#type();
    this.#expect(">");
    return { kind: name === "Record" ? "record" : "list", of };
  }

  #object(): Type {
    this.#expect("{");
    const members: Member[] = [];
    while (!this.#take("}")) {
      if (this.#peek(1).text !== ":" && this.#peek(1).text !== "?") this.#take("readonly");
      const { kind, text, value, comment, line } = this.#next();
      const name = kind === "literal" && typeof value === "string" ? value : text;
      if (kind !== "word" && typeof value !== "string") throw unreadable(line, text);
      const isOptional = this.#take("?");
      this.#expect(":");
      members.push({ name, comment, isOptional, value: this.#type() });
      if (!this.#take(";")) this.#take(",");
    }
    return { kind: "object", members };
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? END;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #word(): Token {
    const token = this.#next();
    if (token.kind !== "word") throw unreadable(token.line, token.text);
    return token;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.text !== text || token.kind === "literal") return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    const { text: found, line } = this.#peek();
    if (!this.#take(text))
      throw new TypeScriptProblem(line, `Here "${text}" is expected and not "${found}".`);
  }
}

const END: Token = { kind: "end", text: "", value: undefined, comment: "", line: 1 };

function unreadable(line: number, text: string): TypeScriptProblem {
  const message = `"${text}" cannot be read here: only interfaces and types that describe data can.`;
  return new TypeScriptProblem(line, message);
}
