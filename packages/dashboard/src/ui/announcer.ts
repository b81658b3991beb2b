/** The polite live region of the page: what screen readers hear of things that change elsewhere. */
const region = document.createElement("div");
region.setAttribute("role", "status");
region.setAttribute("aria-live", "polite");
region.className = "sr-only";
document.body.append(region);

export function announce(text: string): void {
  // The same text twice in a row would be heard once.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
