/* Keys press buttons, and buttons open panels.

   A key clicks the control that carries it in data-key, so that every key has a button, and a button
   that is not there, disabled or in a closed panel has no key. Which key it is, is the person's own
   choice; "g i" is two letters one after the other, and what follows the first is no key of its own. A control with data-opens shows and
   hides the data-panel of that name in its card, and says so in aria-expanded. Of the panels that
   carry a form one is open at a time, and while it is, the card's other buttons have no keys.

   Controls of the card on show win over the page's. Single letters can be switched off in the help
   dialog. Decision keys sleep while #ring carries data-asleep. Keys are dead on a focused button, so
   a pointer does not leave focus there: who opens a source by mouse goes on by keyboard. */

const DEAF = "input, textarea, select, button, a[href], summary, [contenteditable], dialog, [popover]";
const FORM_PANEL = ":is(form[data-panel], [data-panel]:has(form))";
const OPEN_FORM = `${FORM_PANEL}:not([hidden])`;
const OFF = "desk.keys";
const PRESSED = "#ring :is(button, summary, .tick), #queue .tick, :is(.ring-bar, .selected) button";
const SECOND_MS = 2000; // how long the first of two letters waits for the other
const help = document.getElementById("help");
let first = null; // { letter, at }

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.isComposing || document.querySelector("dialog:modal, :popover-open")) return;
  const name = nameOf(event);
  if (!name || (!isCommand(name) && isDeaf(event.target))) return;
  const control = controlFor(withFirst(name));
  if (!control) return;
  event.preventDefault();
  if (!isAsleep(control)) press(control);
});

/* Lower case, so that Caps Lock does no harm; shift counts with letters only, since "?" needs it. */
function nameOf({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  if (key === "Enter" && (ctrlKey || metaKey)) return "ctrl+enter";
  if (ctrlKey || altKey || metaKey) return null;
  const name = key.toLowerCase();
  return shiftKey && /^\p{L}$/u.test(name) ? `shift+${name}` : name;
}

/* Two letters after each other are one key; the second alone is pressed by mistake, and does nothing. */
function withFirst(name) {
  if (isCommand(name)) return name;
  const before = first && performance.now() - first.at < SECOND_MS ? `${first.letter} ` : "";
  const begins = !before && document.querySelector(`[data-key^="${CSS.escape(name)} "]`);
  first = begins ? { letter: name, at: performance.now() } : null;
  return before + name;
}

/* These two are no letters: they work while typing, and cannot be switched off. */
function isCommand(name) {
  return name === "escape" || name === "ctrl+enter";
}

function isDeaf(target) {
  return Boolean(target.closest?.(DEAF)) || localStorage.getItem(OFF) === "off";
}

/* The card on show comes first; its other buttons rest while one of its forms is open. */
function controlFor(name) {
  const selector = `[data-key="${CSS.escape(name)}"]`;
  const card = document.querySelector(".card:not([hidden])");
  const form = card?.querySelector(OPEN_FORM);
  const rests = (control) => form && !form.contains(control) && !("opens" in control.dataset);
  const own = [...(card?.querySelectorAll(selector) ?? [])].filter((control) => !rests(control));
  return own.find(isReachable) ?? [...document.querySelectorAll(`${selector}:not(.card *)`)].find(isReachable);
}

function isReachable(control) {
  if (control.disabled || control.closest("[hidden], dialog")) return false;
  return control.tagName === "SUMMARY" || !control.closest("details:not([open])");
}

function isAsleep(control) {
  const decides = control.form?.dataset.verb && ["submit", "radio"].includes(control.type);
  return decides && document.querySelector("#ring[data-asleep]");
}

/* A reason is chosen and sent by one key; the one that needs words asks for them first. */
function press(control) {
  control.click();
  if (control.type !== "radio" || !control.form) return;
  const words = control.form.elements.note;
  if ("needsNote" in control.dataset && !words.value.trim()) words.focus();
  else control.form.requestSubmit();
}

document.addEventListener("mousedown", (event) => {
  if (event.target.closest(PRESSED) && !document.activeElement.matches("input, textarea")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const card = opener?.closest(".card");
  if (!card || event.ctrlKey || event.metaKey) return;
  event.preventDefault(); // it may be a link, for a page without script
  const panel = card.querySelector(`[data-panel="${opener.dataset.opens}"]`);
  if (panel.hidden) open(card, panel);
  else close(card, panel);
});

function open(card, panel) {
  if (panel.matches(FORM_PANEL)) {
    for (const other of card.querySelectorAll(OPEN_FORM)) setHidden(card, other, true);
  }
  setHidden(card, panel, false);
  const stays = Boolean(panel.closest(".decide")); // in sight already, whatever the page's place
  const place = panel.querySelector("textarea") ?? panel.querySelector('[tabindex="-1"]');
  place?.focus({ preventScroll: stays });
  if (!panel.matches(FORM_PANEL)) panel.scrollIntoView({ block: "nearest" });
  panel.dispatchEvent(new CustomEvent("opened", { bubbles: true })); // for hx-trigger
}

function close(card, panel) {
  setHidden(card, panel, true);
  card.querySelector('[tabindex="-1"]').focus({ preventScroll: true });
}

function setHidden(card, panel, hidden) {
  panel.hidden = hidden;
  for (const opener of card.querySelectorAll(`[data-opens="${panel.dataset.panel}"]`)) {
    opener.ariaExpanded = !hidden;
  }
}

if (help) {
  const box = document.getElementById("keys-on");
  box.checked = localStorage.getItem(OFF) !== "off";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "on" : "off"));
  document.addEventListener("click", ({ target }) => target.closest('[data-do="help"]') && help.showModal());
}
