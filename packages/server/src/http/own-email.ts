import * as z from "zod";
import { askForEmail, confirmEmail, type EmailLetters } from "../access/own-email.ts";
import { requireTry } from "../access/sign-in.ts";
import { ApiError } from "../errors.ts";
import { queueEmailLink, queueEmailNews, requireMail } from "../mail/account-mails.ts";
import { route, type Route } from "./route.ts";
import type { Services } from "./services.ts";
import { requirePersonOf } from "./sessions.ts";
import { emailAddress, passwordText } from "./user-view.ts";

const ask = route({
  method: "POST",
  path: "/api/me/email",
  action: "sessions.update",
  audience: "person",
  summary: "Sends a link to another mail address of one's own; it counts once the link was used.",
  body: z.strictObject({
    email: emailAddress,
    /** The present one; left out by people who have none. */
    password: passwordText.optional(),
  }),
  status: 202,
  response: z.object({}),
  async handle({ services, caller, body }) {
    const { user, session } = requirePersonOf(caller);
    if (session.kind === "portal") throw new ApiError("operator_required");
    requireMail(services.config);
    await askForEmail(services, user, {
      ...body,
      password: body.password,
      letters: letters(services),
    });
    services.mailer.send();
    return { body: {} };
  },
});

const confirm = route({
  method: "POST",
  path: "/api/me/email/confirm",
  action: "sessions.create",
  audience: "public",
  summary: "Makes a new mail address count, by the link that was sent to it.",
  body: z.strictObject({ token: z.string().max(200) }),
  status: 200,
  response: z.object({ email: z.string() }),
  async handle({ services, body, origin }) {
    requireTry(services.signIns, origin.address);
    const user = await confirmEmail(services, { ...body, letters: letters(services) });
    services.mailer.send();
    return { body: { email: user.email ?? "" } };
  },
});

export const ownEmailRoutes: readonly Route[] = [ask, confirm];

function letters(services: Pick<Services, "config" | "mailBodies">): EmailLetters {
  return {
    confirm: (tx, mail) => queueEmailLink(tx, services, mail),
    tell: (tx, mail) => queueEmailNews(tx, services, mail),
  };
}
