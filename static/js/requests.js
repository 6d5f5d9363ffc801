/* What every answer that htmx fetches must satisfy, on every page that loads htmx.

   A failed request is never swallowed, and what came back instead of a fragment (a login page, an
   error page) is never swapped in or followed. The element that asked gets a bubbling
   `request:failed` with {status, sentence, html, signedOut, signIn}; when nobody prevents it, the
   sentence stands at the top of the page.

   The server's own words come as <p data-sentence>…</p>. A form that wants its 422 swapped in says
   so with hx-status:422. */

const KEEPALIVE_BYTES = 60_000; // a browser refuses more than 64 KiB of unfinished keepalive bodies
const SENTENCES = {
  0: "No answer from the server. What you wrote is kept here; try again.",
  401: "You were signed out. What you wrote is kept here.",
  403: "The server refused this. Reload the page; if it refuses again, ask your manager.",
  404: "This is no longer here, or not yours to see.",
  409: "Somebody else was faster. Reload the page to see what they did.",
  413: "That is too long. Shorten it and try again.",
  422: "Something in it cannot be accepted. Check it and try again.",
  429: "That was too often. Wait a minute and try again.",
};
const OFFLINE = "You are offline. What you do now comes back unsent; what you write is kept here.";
const SERVER_FAILED = "The server could not do this. What you wrote is kept here; try again.";
const NOT_UNDERSTOOD = "The server answered with something else. Reload the page and look again.";

let bytesOnTheWay = 0;
let standing = null; // the alert at the top of the page

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method === "GET") return;
  useFreshToken(ctx.request);
  surviveLeaving(ctx);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const trouble = troubleWith(ctx);
  if (!trouble) return answered(ctx.sourceElement);
  event.preventDefault();
  report(ctx.sourceElement, trouble);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx) return;
  const silence = navigator.onLine ? SENTENCES[0] : OFFLINE;
  report(ctx.sourceElement, { status: 0, sentence: ctx.response ? NOT_UNDERSTOOD : silence });
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  bytesOnTheWay -= ctx.bytes ?? 0;
});

/* Whoever pressed a button that is swapped away goes on at what is to be corrected. */
document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement !== document.body) return;
  document.querySelector("#main [aria-invalid=true]")?.focus();
});

// The browser knows before any request does.
addEventListener("offline", () => showAlert({ status: 0, sentence: OFFLINE }));
addEventListener("online", () => answered(document));

// A same-origin script in a fragment would run even under the strict policy.
document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
  for (const { fragment } of tasks) {
    for (const script of fragment.querySelectorAll("script")) script.remove();
  }
});

/* Signing in again, in another tab, changes the token; the cookie has the one that counts. */
function useFreshToken(request) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  request.body.set("csrfmiddlewaretoken", token);
  request.headers["X-CSRFToken"] = token;
}

/* A decision made just before leaving the page still reaches the server. */
function surviveLeaving(ctx) {
  if ([...ctx.request.body.values()].some((value) => typeof value !== "string")) return; // an upload
  const bytes = new URLSearchParams(ctx.request.body).toString().length;
  if (bytesOnTheWay + bytes > KEEPALIVE_BYTES) return;
  ctx.request.keepalive = true;
  ctx.bytes = bytes;
  bytesOnTheWay += bytes;
}

function troubleWith({ response, text, target, select, sourceElement }) {
  const { status, raw, headers } = response;
  const landed = new URL(raw.url || location.href);
  if (status === 401 || (raw.redirected && landed.pathname.includes("/login"))) {
    const signIn = headers.get("HX-Redirect") ?? (raw.redirected ? landed : location).pathname;
    return { status: 401, sentence: SENTENCES[401], signedOut: true, signIn };
  }
  if (status < 400) return isStrayPage(text, target, select) ? { status, sentence: NOT_UNDERSTOOD } : null;
  if (sourceElement.hasAttribute(`hx-status:${status}`)) return null;
  return { status, sentence: sentenceIn(text) ?? SENTENCES[status] ?? SERVER_FAILED, html: text };
}

function isStrayPage(text, target, select) {
  return target !== document.body && !select && /^\s*(<!doctype|<html)/i.test(text ?? "");
}

function sentenceIn(text) {
  const words = new DOMParser().parseFromString(text ?? "", "text/html").querySelector("[data-sentence]");
  return words?.textContent.trim() || null;
}

function report(element, trouble) {
  const asker = element.isConnected ? element : document;
  const event = new CustomEvent("request:failed", { detail: trouble, bubbles: true, cancelable: true });
  const handled = !asker.dispatchEvent(event);
  if (!handled || trouble.signedOut) showAlert(trouble, element);
}

function showAlert({ status, sentence, signIn }, asker) {
  if (standing?.sentence === sentence) return;
  clearAlert();
  const box = document.createElement("div");
  box.id = "request-alert";
  box.className = "messages";
  box.innerHTML = '<p class="notice" data-tone="danger" role="alert"><span></span></p>';
  const words = box.querySelector("span");
  words.textContent = sentence;
  if (signIn) words.append(" ", signInLink(signIn));
  document.getElementById("main").before(box);
  standing = { box, sentence, status, asker };
}

/* Any answer shows that the line, and whoever is signed in, are back; other trouble is its asker's. */
function answered(asker) {
  if ([0, 401].includes(standing?.status) || standing?.asker === asker) clearAlert();
}

function clearAlert() {
  standing?.box.remove();
  standing = null;
}

function signInLink(path) {
  const link = document.createElement("a");
  const address = new URL(path, location.href);
  link.href = address.origin === location.origin ? address.href : "/";
  link.target = "_blank";
  link.textContent = "Sign in again in a new tab";
  return link;
}
