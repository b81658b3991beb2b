/** Why an operation is not everywhere. Whoever adds a row says what a person would otherwise ask. */
export interface Reasons {
  readonly cli?: string;
  readonly sdk?: string;
  readonly dashboard?: string;
}

const SIGNING_IN = {
  cli: "a browser's way in; `posthorn login` has its own",
  sdk: "a person's; programs have keys",
};
const DEVICE = {
  cli: "`posthorn login`, which calls it before there is a key",
  sdk: "a person's; programs have keys",
  dashboard: "the command line's own side of it",
};
/** The page /device of the dashboard is theirs. */
const APPROVING = {
  cli: "a person approves a command line in the browser, never in another command line",
  sdk: "a person's; programs have keys",
};
const PROBE = {
  dashboard: "for machines: orchestrators and monitoring",
  sdk: "plain HTTP, without a key",
};

export const REASONS: Readonly<Record<string, Reasons>> = {
  healthzRead: { ...PROBE, cli: "for machines: orchestrators and monitoring" },
  readyzRead: PROBE,
  nodesList: {
    dashboard: "the page of the health reads them with the rest, `GET /api/health/details`",
  },
  deliveriesPauseRead: { cli: "`status` shows it, among the rest" },
  metricsRead: { ...PROBE, cli: "for machines: Prometheus" },
  openapiRead: {
    cli: "a document; any HTTP client reads it",
    sdk: "its types are made from it",
    dashboard: "a document; linked from the documentation",
  },
  setupCreate: SIGNING_IN,
  setupLinks: { dashboard: "for a machine on which no operator can sign in yet" },
  signInRead: SIGNING_IN,
  oidcStartRead: {
    ...SIGNING_IN,
    dashboard: "the address of the button that `GET /api/sign-in` names",
  },
  oidcCallbackRead: {
    ...SIGNING_IN,
    dashboard: "the address to which the identity provider sends the browser",
  },
  streamRead: { sdk: "a stream for pages and `tail`; any client of server-sent events reads it" },
  sessionsCreate: SIGNING_IN,
  sessionsCurrentDelete: SIGNING_IN,
  sessionsList: { sdk: "a person's; programs have keys" },
  sessionsDelete: { sdk: "a person's; programs have keys" },
  deviceLoginsCreate: DEVICE,
  deviceLoginsSession: DEVICE,
  deviceLoginsRead: APPROVING,
  deviceLoginsApprove: APPROVING,
  deviceLoginsDeny: APPROVING,
  invitationsAccept: SIGNING_IN,
  passwordResetsCreate: SIGNING_IN,
  passwordResetsConfirm: SIGNING_IN,
  portalRead: { ...SIGNING_IN, dashboard: "the address of a portal link itself" },
  meRead: SIGNING_IN,
  meUpdate: SIGNING_IN,
  meEmail: SIGNING_IN,
  meEmailConfirm: SIGNING_IN,
  sessionsDeleteOthers: { sdk: "a person's; programs have keys" },
  meOrganization: SIGNING_IN,
  meAdminsList: SIGNING_IN,
  keysVerify: { dashboard: "asked by backends about their callers' keys" },
  keyRulesRead: { cli: "what a form has to know; `keys create` says what is wrong" },
  endpointRulesRead: { cli: "what a form has to know; `endpoints create` says what is wrong" },
  keysDelete: { cli: "`keys revoke` takes one or many, in one call" },
  webhooksBulkDelete: { cli: "`endpoints delete` takes one at a time, and asks for each" },
  webhooksValidateUrl: { cli: "`endpoints create` says the same" },
  eventsBatch: {
    cli: "for programs: many events at once",
    dashboard: "for programs: many events at once",
  },
  listenersCreate: { dashboard: "a developer's machine, which is where the CLI is" },
  listenersList: { dashboard: "a developer's machine, which is where the CLI is" },
  listenersRead: { dashboard: "a developer's machine, which is where the CLI is" },
  listenersDelete: { dashboard: "a developer's machine, which is where the CLI is" },
  listenersStreamRead: {
    sdk: "a stream for `posthorn listen`; any client of server-sent events reads it",
    dashboard: "a developer's machine, which is where the CLI is",
  },
  listenersAcknowledgements: {
    cli: "inside `posthorn listen`, for each event that was handed on",
    dashboard: "a developer's machine, which is where the CLI is",
  },
  listenersEventsRead: {
    cli: "inside `posthorn listen`, when an event is sent once more",
    dashboard: "a developer's machine, which is where the CLI is",
  },
  sourcesReceive: {
    cli: "the address that providers send to",
    sdk: "the address that providers send to",
    dashboard: "the address that providers send to",
  },
};
