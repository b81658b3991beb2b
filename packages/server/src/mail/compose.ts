/** A mail as it is thought: both forms of its body are made from the same sentences. */
export interface MailContent {
  /** A question or statement; the first line of the body. */
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly button: { readonly label: string; readonly url: string } | null;
  /** Why the reader gets it, and how to change that. */
  readonly footer: string;
}

export function composeText({ heading, paragraphs, button, footer }: MailContent): string {
  const action = button === null ? [] : [`${button.label}:\n${button.url}`];
  return `${[heading, ...paragraphs, ...action, `-- \n${footer}`].join("\n\n")}\n`;
}

/** No styles that a mail program could drop, no pictures, nothing loaded from anywhere. */
export function composeHtml({ heading, paragraphs, button, footer }: MailContent): string {
  const body = [
    `<h1 style="font-size:20px">${escape(heading)}</h1>`,
    ...paragraphs.map((text) => `<p>${escape(text).replaceAll("\n", "<br>")}</p>`),
    ...(button === null
      ? []
      : [`<p><a href="${escape(button.url)}"><strong>${escape(button.label)}</strong></a></p>`]),
    `<hr><p style="color:#666;font-size:13px">${escape(footer)}</p>`,
  ];
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>' +
    `<body style="font-family:sans-serif;max-width:600px">${body.join("")}</body></html>\n`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
