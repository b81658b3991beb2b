import { isMailAddress } from "./mail-address.ts";

/** Whether people can be sent there for help: an e-mail address, or a page. */
export function isContact(text: string): boolean {
  if (!/^https?:\/\//i.test(text)) return isMailAddress(text);
  return URL.canParse(text);
}
