/**
 * Loaded before a process (`node --import`): ends it like a crash of the runtime when it is about to POST an event of
 * the type `poison.event`. Nothing in the product knows of it.
 */
import { Socket } from "node:net";

const POISON = '"poison.event"';
const { write } = Socket.prototype;
/** Sockets on which a POST has begun: the event's type also goes to the database, which must not count. */
const posting = new WeakSet<object>();

Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
  const [chunk] = args;
  const text = chunk instanceof Buffer ? chunk.toString() : String(chunk);
  if (text.startsWith("POST ")) posting.add(this);
  if (posting.has(this) && text.includes(POISON)) process.abort();
  return Reflect.apply(write, this, args);
};
