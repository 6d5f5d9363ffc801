/* Requests that no form makes: through htmx, so that requests.js judges every answer. */

export function ask(method, url, source) {
  return new Promise((resolve) => {
    source.addEventListener("htmx:finally:request", function done({ target, detail }) {
      if (target !== source) return; // a card's own form, bubbling
      source.removeEventListener("htmx:finally:request", done);
      resolve(detail.ctx);
    });
    htmx.ajax(method, url, { source, swap: "none" });
  });
}

export function sentenceIn(html) {
  return new DOMParser().parseFromString(html ?? "", "text/html").querySelector("[data-sentence]")?.textContent;
}

export function cardsIn(html) {
  const found = [...new DOMParser().parseFromString(html ?? "", "text/html").querySelectorAll("li.card")];
  for (const card of found) card.hidden = true;
  return found;
}
