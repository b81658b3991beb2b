/** Packages that bring no types along, as far as the tests use them. */
declare module "pg" {
  export class Pool {
    constructor(options: object);
    query(text: string, values?: (string | null)[]): Promise<{ rows: unknown[] }>;
    end(): Promise<void>;
  }
}

declare module "express" {
  import type { IncomingMessage, Server, ServerResponse } from "node:http";
  type Handler = (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => unknown;
  interface Application {
    (request: IncomingMessage, response: ServerResponse): void;
    use(...handlers: unknown[]): this;
    all(path: string, handler: Handler): this;
    listen(port: number, host: string, listening?: () => void): Server;
  }
  function express(): Application;
  namespace express {
    function json(options?: object): Handler;
    function raw(options?: object): Handler;
  }
  export = express;
}

declare module "express4" {
  import express from "express";
  export = express;
}
