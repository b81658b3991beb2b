/** Where a sealed value stands: part of what it is sealed with, so that it opens nowhere else. */
export const sealedPlace = Object.freeze({
  headers: (endpointId: string) => `endpoints|${endpointId}|headers`,
  secret: (secretId: string) => `signing_secrets|${secretId}|secret`,
  listener: (listenerId: string) => `listeners|${listenerId}|secret`,
  mail: (mailId: string) => `mails|${mailId}|body`,
  sourceSecret: (secretId: string) => `source_secrets|${secretId}|secret`,
});
