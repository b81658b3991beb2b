// Made by `npm run reference` from the API's routes and client/methods.ts; edit these.
import type { CallOptions, ChangeOptions, PublishOptions } from "../client/options.ts";
import type { List } from "../client/list.ts";
import type { Answer, Body, Query } from "./api.ts";

/** Every noun of the API with its verbs. */
export interface Resources {
  readonly organizations: {
    /** Makes an organization. */
    create(body: Body<"organizationsCreate">, options?: CallOptions): Promise<Answer<"organizationsCreate">>;
    /** Lists organizations, the newest first. */
    list(query?: Query<"organizationsList">, options?: CallOptions): List<Answer<"organizationsList">["data"][number], Answer<"organizationsList">>;
    /** Shows an organization. */
    get(id: string, options?: CallOptions): Promise<Answer<"organizationsRead">>;
    /** Changes the name of an organization; for operators also its plan and limits. */
    update(id: string, body: Body<"organizationsUpdate">, options?: ChangeOptions): Promise<Answer<"organizationsUpdate">>;
    /** Deletes an organization with everything in it, for ever; the audit log keeps ids alone. Export it before: `posthorn orgs export`. */
    delete(id: string, query?: Query<"organizationsDelete">, options?: CallOptions): Promise<Answer<"organizationsDelete">>;
    /** Suspends an organization: keys and people are refused, endpoints hold, nothing is lost. */
    suspend(id: string, options?: CallOptions): Promise<Answer<"organizationsSuspend">>;
    /** Lets a suspended organization go on; what its endpoints hold is sent. */
    resume(id: string, options?: CallOptions): Promise<Answer<"organizationsResume">>;
    /** Shows what an organization may have and ask for, and how much of it is used. */
    limits(id: string, options?: CallOptions): Promise<Answer<"organizationsLimitsRead">>;
  };
  readonly resources: {
    /** Shows the resource tree of an organization, all of it. */
    list(id: string, options?: CallOptions): List<Answer<"organizationsResourcesList">["data"][number], Answer<"organizationsResourcesList">>;
    /** Replaces the resource tree of an organization; keys can be limited to parts of it. */
    replace(id: string, body: Body<"organizationsResourcesPut">, options?: CallOptions): Promise<Answer<"organizationsResourcesPut">>;
  };
  readonly members: {
    /** Lists the people of an organization. */
    list(id: string, options?: CallOptions): List<Answer<"organizationsMembersList">["data"][number], Answer<"organizationsMembersList">>;
    /** Gives a member another role; nobody gives one above their own. Operators make people members, too. */
    set(id: string, userId: string, body: Body<"organizationsMembersPut">, options?: CallOptions): Promise<Answer<"organizationsMembersPut">>;
    /** Takes a person out of an organization, with the next request of theirs. */
    remove(id: string, userId: string, options?: CallOptions): Promise<Answer<"organizationsMembersDelete">>;
  };
  readonly invitations: {
    /** Invites somebody by mail; the link works once, for seven days. */
    create(id: string, body: Body<"organizationsInvitations">, options?: CallOptions): Promise<Answer<"organizationsInvitations">>;
    /** Lists the invitations that nobody has accepted yet. */
    list(id: string, options?: CallOptions): List<Answer<"organizationsInvitationsList">["data"][number], Answer<"organizationsInvitationsList">>;
    /** Takes an invitation back. */
    delete(id: string, invitationId: string, options?: CallOptions): Promise<Answer<"organizationsInvitationsDelete">>;
    /** Sends an invitation once more, with a new link; the old one ends. */
    resend(id: string, invitationId: string, options?: CallOptions): Promise<Answer<"organizationsInvitationsResend">>;
  };
  readonly users: {
    /** Adds a person and sends them a link to their first password, where mails can be sent. */
    create(body: Body<"usersCreate">, options?: CallOptions): Promise<Answer<"usersCreate">>;
    /** Lists everybody of the installation, the newest first. */
    list(query?: Query<"usersList">, options?: CallOptions): List<Answer<"usersList">["data"][number], Answer<"usersList">>;
    /** Shows a person. */
    get(id: string, options?: CallOptions): Promise<Answer<"usersRead">>;
    /** Removes a person, with memberships and sessions; the audit log keeps the id alone. */
    delete(id: string, options?: CallOptions): Promise<Answer<"usersDelete">>;
  };
  readonly setup: {
    /** Makes a link that signs the first operator in, once, while no operator can sign in. */
    createLink(options?: CallOptions): Promise<Answer<"setupLinks">>;
  };
  readonly portal: {
    /** Makes a link that lets one of your users into their organization's pages, once. */
    createSession(body: Body<"portalSessionsCreate">, options?: CallOptions): Promise<Answer<"portalSessionsCreate">>;
  };
  readonly operatorKeys: {
    /** Makes an operator key; this answer is the only one that shows it. */
    create(body: Body<"operatorKeysCreate">, options?: CallOptions): Promise<Answer<"operatorKeysCreate">>;
    /** Lists the operator keys, revoked ones too, the newest first. */
    list(query?: Query<"operatorKeysList">, options?: CallOptions): List<Answer<"operatorKeysList">["data"][number], Answer<"operatorKeysList">>;
    /** Revokes an operator key; after the answer no node accepts it. */
    revoke(id: string, options?: CallOptions): Promise<Answer<"operatorKeysDelete">>;
  };
  readonly keys: {
    /** Makes an API key; this answer is the only one that shows it. */
    create(body: Body<"keysCreate">, options?: CallOptions): Promise<Answer<"keysCreate">>;
    /** Lists API keys, the newest first; never the keys themselves. */
    list(query?: Query<"keysList">, options?: CallOptions): List<Answer<"keysList">["data"][number], Answer<"keysList">>;
    /** Shows an API key, but for the key itself. */
    get(id: string, options?: CallOptions): Promise<Answer<"keysRead">>;
    /** Changes an API key (JSON merge patch), for every request from now on, on every node. */
    update(id: string, body: Body<"keysUpdate">, options?: ChangeOptions): Promise<Answer<"keysUpdate">>;
    /** Makes a key with the same settings; the old one ends at once or after an overlap. */
    roll(id: string, body?: Body<"keysRoll">, options?: CallOptions): Promise<Answer<"keysRoll">>;
    /** Revokes an API key for ever; after the answer no node accepts it. */
    revoke(id: string, options?: CallOptions): Promise<Answer<"keysDelete">>;
    /** Revokes several API keys, each on its own, and says for each what came of it. */
    revokeMany(body: Body<"keysBulkRevoke">, options?: CallOptions): Promise<Answer<"keysBulkRevoke">>;
    /** Says whether a key that one of your callers has shown is good, and for what. */
    verify(body: Body<"keysVerify">, options?: CallOptions): Promise<Answer<"keysVerify">>;
    /** Lists the latest calls of a key, a sample of them under load, for 7 days. */
    calls(id: string, query?: Query<"keysCallsList">, options?: CallOptions): List<Answer<"keysCallsList">["data"][number], Answer<"keysCallsList">>;
    /** Counts the requests of a key by the hour (UTC); hours without any are left out. */
    usage(id: string, query?: Query<"keysUsageList">, options?: CallOptions): List<Answer<"keysUsageList">["data"][number], Answer<"keysUsageList">>;
    /** What an API key of an organization can be: environments, scopes, resources, expiry. */
    rules(options?: CallOptions): Promise<Answer<"keyRulesRead">>;
  };
  readonly auditLog: {
    /** Lists who changed what, the newest first. */
    list(query?: Query<"auditLogList">, options?: CallOptions): List<Answer<"auditLogList">["data"][number], Answer<"auditLogList">>;
  };
  readonly statistics: {
    /** Sums up keys and webhooks of an organization, for its first page. */
    summary(options?: CallOptions): Promise<Answer<"summaryRead">>;
    /** How the installation does right now, and what needs somebody. */
    overview(options?: CallOptions): Promise<Answer<"overviewRead">>;
    /** Counts the deliveries of an organization, for charts; for operators without one, of all. */
    get(query?: Query<"statisticsRead">, options?: CallOptions): Promise<Answer<"statisticsRead">>;
    /** The last 24 hours of several webhooks, for the lines of a list. */
    webhooks(query?: Query<"statisticsWebhooksList">, options?: CallOptions): List<Answer<"statisticsWebhooksList">["data"][number], Answer<"statisticsWebhooksList">>;
  };
  readonly connectors: {
    /** Lists the native connectors that the platform of an organization names. */
    list(options?: CallOptions): List<Answer<"connectorsList">["data"][number], Answer<"connectorsList">>;
  };
  readonly profiles: {
    /** Lists the installed profiles. */
    list(options?: CallOptions): List<Answer<"profilesList">["data"][number], Answer<"profilesList">>;
    /** Shows a whole profile and which profile each value comes from; write / in the id as %2F. */
    get(id: string, options?: CallOptions): Promise<Answer<"profilesRead">>;
    /** Says what is wrong with a profile, what operators have changed included; by the rules of `posthorn profiles lint`. */
    lint(id: string, options?: CallOptions): Promise<Answer<"profilesLint">>;
  };
  readonly plans: {
    /** Shows the plans of a profile: in force, being written, and published before. */
    get(id: string, options?: CallOptions): Promise<Answer<"plansRead">>;
    /** Says what somebody sees under plans that are not in force, and what is wrong with these. */
    preview(id: string, body: Body<"plansPreview">, options?: CallOptions): Promise<Answer<"plansPreview">>;
    /** Keeps plans, gates and limits as a draft, whole; they are judged like a profile's file and in force for nobody. */
    writeDraft(id: string, body: Body<"plansPutDraft">, options?: CallOptions): Promise<Answer<"plansPutDraft">>;
    /** Forgets the draft of a profile's plans. */
    discardDraft(id: string, options?: CallOptions): Promise<Answer<"plansDiscardDraft">>;
    /** Puts the draft into force; when the answer comes, every node decides by it. */
    publish(id: string, options?: CallOptions): Promise<Answer<"plansPublish">>;
    /** Puts plans into force that were published before, or the profile's own. */
    revert(id: string, body: Body<"plansRevert">, options?: CallOptions): Promise<Answer<"plansRevert">>;
  };
  readonly eventTypes: {
    /** The catalogue of an organization: every event type of its profile, with what operators have changed and added. */
    list(options?: CallOptions): List<Answer<"eventTypesList">["data"][number], Answer<"eventTypesList">>;
    /** Adds an event type to the catalogue of a profile; it holds on all nodes at once. */
    create(body: Body<"eventTypesCreate">, options?: CallOptions): Promise<Answer<"eventTypesCreate">>;
    /** Changes what an event type is called and said to hold, and whether it is deprecated; what is left out stays. */
    update(type: string, body: Body<"eventTypesUpdate">, options?: ChangeOptions): Promise<Answer<"eventTypesUpdate">>;
    /** Takes back what operators have said of an event type: the profile's is as before, one that was added is gone. */
    delete(type: string, query?: Query<"eventTypesDelete">, options?: CallOptions): Promise<Answer<"eventTypesDelete">>;
    /** Shows which endpoints name an event type: whom it concerns when it is deprecated. */
    subscribers(type: string, query?: Query<"eventTypesSubscribers">, options?: CallOptions): Promise<Answer<"eventTypesSubscribers">>;
  };
  readonly catalogue: {
    /** Shows the catalogue of a profile with what operators have changed of it, who asks for each type, and how much of it is published. */
    get(query?: Query<"catalogueRead">, options?: CallOptions): Promise<Answer<"catalogueRead">>;
    /** Compares the catalogue of a profile with what its organizations have published in 30 days, test events included. */
    coverage(query?: Query<"catalogueCoverageRead">, options?: CallOptions): Promise<Answer<"catalogueCoverageRead">>;
    /** Adds and changes event types from a document, all or none: an object of types by name, an OpenAPI 3.1 description with `webhooks`, or as a text the TypeScript that `posthorn types` writes. */
    import(body: Body<"catalogueImport">, options?: CallOptions): Promise<Answer<"catalogueImport">>;
  };
  readonly webhooks: {
    /** Makes a webhook; its secret is in this answer. */
    create(body: Body<"webhooksCreate">, options?: CallOptions): Promise<Answer<"webhooksCreate">>;
    /** Lists webhooks, the newest first. */
    list(query?: Query<"webhooksList">, options?: CallOptions): List<Answer<"webhooksList">["data"][number], Answer<"webhooksList">>;
    /** Shows a webhook. */
    get(id: string, options?: CallOptions): Promise<Answer<"webhooksRead">>;
    /** Changes a webhook (JSON merge patch); applies to every attempt that starts afterwards. */
    update(id: string, body: Body<"webhooksUpdate">, options?: ChangeOptions): Promise<Answer<"webhooksUpdate">>;
    /** Deletes a webhook and cancels its unfinished deliveries; its log stays. */
    delete(id: string, options?: CallOptions): Promise<Answer<"webhooksDelete">>;
    /** Deletes several webhooks; one answer for each. */
    deleteMany(body: Body<"webhooksBulkDelete">, options?: CallOptions): Promise<Answer<"webhooksBulkDelete">>;
    /** Says whether a webhook may have this URL, without calling it. */
    validateUrl(body: Body<"webhooksValidateUrl">, options?: CallOptions): Promise<Answer<"webhooksValidateUrl">>;
    /** Says which of the latest events a webhook with these settings would get, and why not the others. */
    preview(body: Body<"webhooksPreview">, options?: CallOptions): Promise<Answer<"webhooksPreview">>;
    /** Sums up how the deliveries of a webhook have gone lately. */
    verify(id: string, options?: CallOptions): Promise<Answer<"webhooksHealthRead">>;
    /** Sends a test event, signed as in production, once; paused webhooks get it too. */
    sendTest(id: string, body: Body<"webhooksTest">, options?: CallOptions): Promise<Answer<"webhooksTest">>;
    /** Shows the request of a test event, to the byte and signed, without sending it, and judges its data by the catalogue's schema. */
    previewTest(id: string, body: Body<"webhooksTestPreview">, options?: CallOptions): Promise<Answer<"webhooksTestPreview">>;
    /** Goes a delivery's way step by step, with at most four requests: address, certificate, answer, and whether forged, stale and repeated requests are told apart. */
    check(id: string, body?: Body<"webhooksCheck">, options?: CallOptions): Promise<Answer<"webhooksCheck">>;
    /** Sends a small unsigned body to see whether a webhook can be reached; it is not counted. */
    checkConnection(id: string, options?: CallOptions): Promise<Answer<"webhooksSend">>;
    /** Holds the deliveries of a webhook; events go on being accepted for it. */
    pause(id: string, options?: CallOptions): Promise<Answer<"webhooksPause">>;
    /** Makes a paused or disabled webhook active and sends what it holds. */
    resume(id: string, options?: CallOptions): Promise<Answer<"webhooksResume">>;
    /** Shows the signing secret; each time is logged. */
    secret(id: string, options?: CallOptions): Promise<Answer<"webhooksSecretRead">>;
    /** Gives a webhook a new signing secret, at once, with an overlap or staged. */
    rollSecret(id: string, body?: Body<"webhooksRollSecret">, options?: CallOptions): Promise<Answer<"webhooksRollSecret">>;
    /** Makes the staged secret the one that signs; the old one ends. */
    promoteSecret(id: string, options?: CallOptions): Promise<Answer<"webhooksSecretPromote">>;
    /** Ends the overlap of a rolled secret now, or later than it was to end. */
    setOverlap(id: string, body: Body<"webhooksSecretOverlap">, options?: CallOptions): Promise<Answer<"webhooksSecretOverlap">>;
    /** Counts what a paused or disabled webhook holds: how many, of what age, of which types. */
    held(id: string, options?: CallOptions): Promise<Answer<"webhooksHeldRead">>;
    /** Starts a paused or disabled webhook again with all, a sample or none of what it holds, as a job; 200 for a preview. */
    release(id: string, body: Body<"webhooksRelease">, options?: CallOptions): Promise<Answer<"webhooksRelease">>;
    /** Sends again what failed, everything, or what the webhook never got, as a job; 200 for a dry run. */
    replay(id: string, body: Body<"webhooksReplay">, options?: CallOptions): Promise<Answer<"webhooksReplay">>;
    /** Lists the ordering keys of a webhook with deliveries that wait for an earlier one, by key. */
    queues(id: string, query?: Query<"webhooksQueuesList">, options?: CallOptions): List<Answer<"webhooksQueuesList">["data"][number], Answer<"webhooksQueuesList">>;
    /** Sums up what waits for a webhook, and what keeps it waiting. */
    waiting(id: string, options?: CallOptions): Promise<Answer<"webhooksWaitingRead">>;
    /** What an endpoint of an organization can be: wire formats, their secrets and schedules. */
    rules(options?: CallOptions): Promise<Answer<"endpointRulesRead">>;
    /** Counts what a webhook has got, for charts; without test events. */
    statistics(id: string, query?: Query<"webhooksStatisticsRead">, options?: CallOptions): Promise<Answer<"webhooksStatisticsRead">>;
  };
  readonly events: {
    /** Publishes an event: when the answer comes, it and its deliveries are stored. */
    publish(body: Body<"eventsPublish">, options?: PublishOptions): Promise<Answer<"eventsPublish">>;
    /** Publishes up to 100 events: what is wrong with one refuses all of them. */
    publishBatch(body: Body<"eventsBatch">, options?: CallOptions): Promise<Answer<"eventsBatch">>;
    /** Lists events without their data, the newest first. */
    list(query?: Query<"eventsList">, options?: CallOptions): List<Answer<"eventsList">["data"][number], Answer<"eventsList">>;
    /** Shows an event with its data and what became of its deliveries. */
    get(id: string, options?: CallOptions): Promise<Answer<"eventsRead">>;
    /** Says for each endpoint why it did or did not get the event. */
    explain(id: string, options?: CallOptions): List<Answer<"eventsExplainList">["data"][number], Answer<"eventsExplainList">>;
    /** Removes the payload of an event and what receivers answered; ids and outcomes stay, unfinished deliveries end. */
    purge(id: string, options?: CallOptions): Promise<Answer<"eventsPurge">>;
  };
  readonly deliveries: {
    /** Sends again what failed, or everything, of a time, for all organizations or those of a profile, as a job; 200 for a dry run. */
    replayAll(body: Body<"deliveriesReplayAll">, options?: CallOptions): Promise<Answer<"deliveriesReplayAll">>;
    /** Lists deliveries, the newest first. */
    list(query?: Query<"deliveriesList">, options?: CallOptions): List<Answer<"deliveriesList">["data"][number], Answer<"deliveriesList">>;
    /** Shows a delivery. */
    get(id: string, options?: CallOptions): Promise<Answer<"deliveriesRead">>;
    /** Lists the attempts of a delivery, the oldest first; of more than 200 the latest ones. */
    attempts(id: string, options?: CallOptions): List<Answer<"deliveriesAttemptsList">["data"][number], Answer<"deliveriesAttemptsList">>;
    /** Shows the request of an attempt, to the byte, and the text that its signature covers. */
    attemptRequest(id: string, number: number, options?: CallOptions): Promise<Answer<"deliveriesAttemptsRequestRead">>;
    /** Sends a finished delivery again, or a waiting one now: same id, same body, new signature. */
    redeliver(id: string, options?: CallOptions): Promise<Answer<"deliveriesRedeliver">>;
    /** Sends again what the same query lists, as a job; 200 for a dry run. */
    redeliverAll(query?: Query<"deliveriesRedeliverAll">, body?: Body<"deliveriesRedeliverAll">, options?: CallOptions): Promise<Answer<"deliveriesRedeliverAll">>;
    /** Ends an unfinished delivery; a request that is under way may still arrive. */
    cancel(id: string, options?: CallOptions): Promise<Answer<"deliveriesCancel">>;
    /** Ends the unfinished deliveries that the same query lists, as a job; 200 for a dry run. */
    cancelAll(query?: Query<"deliveriesCancelAll">, body?: Body<"deliveriesCancelAll">, options?: CallOptions): Promise<Answer<"deliveriesCancelAll">>;
    /** Cancels the first delivery of an ordering key, so that the next one is sent. */
    skip(id: string, options?: CallOptions): Promise<Answer<"deliveriesSkip">>;
    /** Sends the first delivery of an ordering key now; its schedule goes on behind that. */
    retry(id: string, options?: CallOptions): Promise<Answer<"deliveriesRetry">>;
    /** Cancels the first delivery of an ordering key and all that wait behind it. */
    giveUp(id: string, options?: CallOptions): Promise<Answer<"deliveriesGiveUp">>;
  };
  readonly jobs: {
    /** Lists jobs (replay, bulk redelivery and cancel, release), the newest first. */
    list(query?: Query<"jobsList">, options?: CallOptions): List<Answer<"jobsList">["data"][number], Answer<"jobsList">>;
    /** Shows a job and how far it is. */
    get(id: string, options?: CallOptions): Promise<Answer<"jobsRead">>;
    /** Lets a job wait. */
    pause(id: string, options?: CallOptions): Promise<Answer<"jobsPause">>;
    /** Lets a paused job go on. */
    resume(id: string, options?: CallOptions): Promise<Answer<"jobsResume">>;
    /** Cancels a job; what it has made due already goes out, and what it has done stays done. */
    cancel(id: string, options?: CallOptions): Promise<Answer<"jobsDelete">>;
  };
  readonly sources: {
    /** Lists whose webhooks sources can take; those that the profile names come first. */
    providers(options?: CallOptions): List<Answer<"sourceProvidersList">["data"][number], Answer<"sourceProvidersList">>;
    /** Makes a source: a URL for the webhooks of a provider, which become events. */
    create(body: Body<"sourcesCreate">, options?: CallOptions): Promise<Answer<"sourcesCreate">>;
    /** Lists sources with what arrived in 24 hours, the newest first. */
    list(query?: Query<"sourcesList">, options?: CallOptions): List<Answer<"sourcesList">["data"][number], Answer<"sourcesList">>;
    /** Shows a source. */
    get(id: string, options?: CallOptions): Promise<Answer<"sourcesRead">>;
    /** Renames a source, maps other types, pauses, disables or enables it. */
    update(id: string, body: Body<"sourcesUpdate">, options?: ChangeOptions): Promise<Answer<"sourcesUpdate">>;
    /** Deletes a source and the log of what it has received; its events stay. */
    delete(id: string, options?: CallOptions): Promise<Answer<"sourcesDelete">>;
    /** Gives a source a secret; what is signed with the one before is accepted for a while. */
    rollSecret(id: string, body: Body<"sourcesRollSecret">, options?: CallOptions): Promise<Answer<"sourcesRollSecret">>;
  };
  readonly receipts: {
    /** Lists what arrived at sources, the newest first: verified, and a sample of what was refused. */
    list(query?: Query<"receiptsList">, options?: CallOptions): List<Answer<"receiptsList">["data"][number], Answer<"receiptsList">>;
    /** Shows what arrived: headers, the raw body, and the event that was made of it. */
    get(id: string, options?: CallOptions): Promise<Answer<"receiptsRead">>;
    /** Runs a verified receipt through the mapping as it is now: a new receipt, a new event. */
    replay(id: string, options?: CallOptions): Promise<Answer<"receiptsReplay">>;
  };
  readonly inboxes: {
    /** Makes a test inbox: a URL on this server that keeps what arrives. */
    create(body?: Body<"inboxesCreate">, options?: CallOptions): Promise<Answer<"inboxesCreate">>;
    /** Lists test inboxes, the newest first. */
    list(query?: Query<"inboxesList">, options?: CallOptions): List<Answer<"inboxesList">["data"][number], Answer<"inboxesList">>;
    /** Shows a test inbox. */
    get(id: string, options?: CallOptions): Promise<Answer<"inboxesRead">>;
    /** Renames a test inbox or sets how it answers from now on. */
    update(id: string, body: Body<"inboxesUpdate">, options?: ChangeOptions): Promise<Answer<"inboxesUpdate">>;
    /** Deletes a test inbox and all that it has received. */
    delete(id: string, options?: CallOptions): Promise<Answer<"inboxesDelete">>;
    /** Lists what a test inbox has received, each with its signature check in steps. */
    requests(id: string, query?: Query<"inboxesRequestsList">, options?: CallOptions): List<Answer<"inboxesRequestsList">["data"][number], Answer<"inboxesRequestsList">>;
    /** Shows one request that a test inbox has received. */
    request(id: string, requestId: string, options?: CallOptions): Promise<Answer<"inboxesRequestsRead">>;
  };
  readonly listeners: {
    /** Makes a listener: events are kept for it until it acknowledges them; its secret is in this answer. */
    create(body?: Body<"listenersCreate">, options?: CallOptions): Promise<Answer<"listenersCreate">>;
    /** Lists listeners, the newest first. */
    list(query?: Query<"listenersList">, options?: CallOptions): List<Answer<"listenersList">["data"][number], Answer<"listenersList">>;
    /** Shows a listener. */
    get(id: string, options?: CallOptions): Promise<Answer<"listenersRead">>;
    /** Ends a listener; what waits for it is forgotten. */
    delete(id: string, options?: CallOptions): Promise<Answer<"listenersDelete">>;
    /** Signs an event for the listener once more: an old signature may be refused for its age. */
    event(id: string, eventId: string, options?: CallOptions): Promise<Answer<"listenersEventsRead">>;
    /** Says which events were handed on; they are not sent again. */
    acknowledge(id: string, body: Body<"listenersAcknowledgements">, options?: CallOptions): Promise<Answer<"listenersAcknowledgements">>;
  };
  readonly outboxes: {
    /** Makes an outbox known: a database in which transactions emit events. */
    create(body: Body<"outboxesCreate">, options?: CallOptions): Promise<Answer<"outboxesCreate">>;
    /** Lists the outboxes with what their relays saw last, the newest first. */
    list(query?: Query<"outboxesList">, options?: CallOptions): List<Answer<"outboxesList">["data"][number], Answer<"outboxesList">>;
    /** Shows an outbox: whether it is relayed, what waits in it and for how long. */
    get(id: string, options?: CallOptions): Promise<Answer<"outboxesRead">>;
    /** Forgets an outbox; its relay ends within seconds, and its rows stay where they are. */
    delete(id: string, options?: CallOptions): Promise<Answer<"outboxesDelete">>;
  };
  readonly notices: {
    /** Lists what people should know about their webhooks, keys and event types, the newest first. */
    list(query?: Query<"noticesList">, options?: CallOptions): List<Answer<"noticesList">["data"][number], Answer<"noticesList">>;
    /** Marks a notice as read by the caller, until more happens. */
    markRead(id: string, options?: CallOptions): Promise<Answer<"noticesMarkRead">>;
    /** Marks all notices as read by the caller. */
    markAllRead(options?: CallOptions): Promise<Answer<"noticesMarkAllRead">>;
  };
  readonly branding: {
    /** Shows what the pages call the product, and who helps. */
    get(options?: CallOptions): Promise<Answer<"brandingRead">>;
    /** Changes the product's name, support contact, documentation, colours and logo on all pages; null takes one away. */
    update(body: Body<"brandingUpdate">, options?: ChangeOptions): Promise<Answer<"brandingUpdate">>;
  };
  readonly mails: {
    /** Lists mails, the newest first. */
    list(query?: Query<"mailsList">, options?: CallOptions): List<Answer<"mailsList">["data"][number], Answer<"mailsList">>;
    /** Shows a mail; what it says only where it was kept instead of sent. */
    get(id: string, options?: CallOptions): Promise<Answer<"mailsRead">>;
    /** Queues a test mail; its state tells whether the mail server took it. */
    sendTest(body: Body<"mailsTest">, options?: CallOptions): Promise<Answer<"mailsTest">>;
  };
  readonly deliveriesPause: {
    /** Says whether all deliveries of the installation are paused, since when and by whom. */
    get(options?: CallOptions): Promise<Answer<"deliveriesPauseRead">>;
    /** Pauses all deliveries: after the answer no node starts one. Events are accepted as ever, nothing is lost. */
    start(body?: Body<"deliveriesPausePut">, options?: CallOptions): Promise<Answer<"deliveriesPausePut">>;
    /** Lets all deliveries go on, the longest due first, with a ceiling for all nodes together if one is given. Without one they go on as fast as endpoints take them, which also lifts a ceiling. */
    end(query?: Query<"deliveriesPauseDelete">, options?: CallOptions): Promise<Answer<"deliveriesPauseDelete">>;
  };
  readonly nodes: {
    /** Lists the living nodes, the oldest first, with what each is doing. */
    list(options?: CallOptions): List<Answer<"nodesList">["data"][number], Answer<"nodesList">>;
    /** Asks a node to take no more deliveries and to finish what it has; it goes on answering the API. */
    drain(id: string, options?: CallOptions): Promise<Answer<"nodesDrain">>;
    /** Lets a drained node take deliveries again. */
    undrain(id: string, options?: CallOptions): Promise<Answer<"nodesUndrain">>;
  };
  readonly health: {
    /** What the operator should know: nodes, queue, database, disk, what will be dropped and cancelled when. */
    details(options?: CallOptions): Promise<Answer<"healthDetailsRead">>;
    /** One document for whoever helps: health, versions, settings and counts; no secrets, no payloads, no names. */
    supportBundle(options?: CallOptions): Promise<Answer<"supportBundleRead">>;
  };
}
