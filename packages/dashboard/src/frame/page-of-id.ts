/** Where the thing with an id is shown: ids carry what they are of. */
const PAGES: Readonly<Record<string, (id: string) => string>> = {
  ep: (id) => `/settings/integrations/webhooks/${id}`,
  dlv: (id) => `/settings/integrations/deliveries/${id}`,
  evt: (id) => `/settings/integrations/events/${id}`,
  key: (id) => `/settings/integrations/api/${id}`,
  ibx: (id) => `/settings/integrations/inbox/${id}`,
  org: (id) => `/?org=${id}`,
  aud: (id) => `/settings/audit-log?entry=${id}`,
};

/** The address for an id that was pasted, or undefined when the text is none. */
export function pageOfId(text: string): string | undefined {
  const [, prefix = ""] = /^([a-z]{2,4})_[0-9a-z]{26}$/.exec(text) ?? [];
  return PAGES[prefix]?.(text);
}
