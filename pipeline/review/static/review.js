// The review page's keys and buttons. Without this script the forms work by themselves.

import * as outbox from "./outbox.js";
import * as panel from "./panel.js";
import { choose, selected } from "./selection.js";
import * as sheet from "./sheet.js";

const words = document.getElementById("words")?.dataset;
const keys = {};
for (const [name, value] of Object.entries(words || {})) {
  // A `dataset` turns data-key-zoom-in into keyZoomIn, but leaves data-key-status-1 as keyStatus-1.
  if (/^key[A-Z]/.test(name)) keys[value] = name.slice(3).replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`).slice(1);
}
let choosing = null; // the select that the next key chooses from
let taken = null; // what was selected last, and in the excerpt of which finding

const click = (selector) => document.querySelector(selector)?.click();
const named = (id) => words[`name${id.split(/[-_]/).map((p, i) => (i ? `_${p}` : p[0].toUpperCase() + p.slice(1))).join("")}`] || id;

function toast(text, seconds = 2.5) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { place.hidden = true; }, seconds * 1000);
}

function select(field, index, stay) {
  if (!field || index >= field.options.length - (field.options[0].value ? 0 : 1)) return;
  field.value = field.options[index + (field.options[0].value ? 0 : 1)].value;
  field.closest(".field")?.classList.add("chosen");
  if (!stay) decide("accepted");
}

async function decide(verdict) {
  if (!(await panel.decide(verdict)) && panel.form()) toast(words.choose);
}

function listen(name) {
  const field = panel.form()?.querySelector(`select[name=${name}]`);
  if (!field) return;
  choosing = field;
  field.size = field.options.length; // all that can be chosen, with the key of each
  field.closest(".field").classList.add("choosing");
}

function stopChoosing() {
  choosing?.closest(".field").classList.remove("choosing");
  choosing?.removeAttribute("size");
  choosing = null;
}

// The key without shift, whose digits are other signs on every keyboard.
const unshifted = (event) => (event.code.startsWith("Digit") ? event.code.slice(5) : event.key.toLowerCase());

// Remember what is selected: a tap elsewhere takes the selection away.
function take() {
  const now = selected();
  taken = now && { ...now, finding: panel.article().dataset.id };
  return taken;
}

function fillAddition(place) {
  const note = place.querySelector(".selected");
  const form = place.querySelector("form");
  if (taken?.finding === panel.article().dataset.id) {
    form.elements.start.value = taken.start;
    form.elements.end.value = taken.end;
    note.textContent = taken.text;
  } else {
    form.elements.start.value = form.elements.start.defaultValue;
    form.elements.end.value = form.elements.end.defaultValue;
    note.textContent = note.dataset.empty;
  }
}

function openAddition() {
  const place = document.getElementById("addition");
  if (!place) return;
  place.open = true;
  fillAddition(place);
  place.querySelector("form").elements.label.focus();
}

function startAdding() {
  if (take()) { openAddition(); return; }
  toast(words.select, 6);
  choose(() => { take(); openAddition(); });
}

function toggleRaw() {
  const [restored, raw] = document.querySelectorAll(".excerpt .text");
  const button = document.querySelector('[data-action="raw"]');
  if (!button) return;
  raw.hidden = !raw.hidden;
  restored.hidden = !raw.hidden;
  button.setAttribute("aria-pressed", String(!raw.hidden));
}

async function explain() {
  const place = document.querySelector(".reason");
  const link = document.querySelector('[data-action="why"]');
  if (!link) return;
  if (place.innerHTML) { place.hidden = !place.hidden; return; }
  const response = await fetch(`${link.href}?part=1`);
  if (response.ok) { place.innerHTML = await response.text(); place.hidden = false; }
}

function reverse(kind) {
  outbox.post(`/${kind}?${location.search.slice(1)}`, { key: outbox.newKey() }, { what: kind });
}

const ACTIONS = {
  accept: () => decide("accepted"),
  reject: () => decide("rejected"),
  unsure: () => decide("unsure"),
  label: () => listen("label"),
  scope: () => listen("scope"),
  municipality: () => panel.form()?.elements.municipalities.select(),
  comment: () => panel.form()?.elements.comment.focus(),
  add: startAdding,
  split: startAdding,
  undo: () => reverse("undo"),
  redo: () => reverse("redo"),
  next: () => panel.article() && panel.go(panel.article().dataset.next),
  previous: () => panel.article()?.dataset.previous && panel.go(panel.article().dataset.previous),
  raw: toggleRaw,
  why: explain,
  "zoom-in": () => sheet.zoomBy(1),
  "zoom-out": () => sheet.zoomBy(-1),
  "page-next": () => sheet.turn(1),
  "page-previous": () => sheet.turn(-1),
  queue: () => { location.href = panel.article() ? `/queue?${panel.article().dataset.query}` : "/queue?state=open"; },
  search: () => { const box = document.getElementById("search"); if (box) box.focus(); else location.href = "/queue#search"; },
  help: () => document.getElementById("help")?.showModal(),
};
for (let n = 0; n < 5; n += 1) {
  ACTIONS[`status-${n + 1}`] = () => select(panel.form()?.elements.status, n, false);
}

document.addEventListener("keydown", (event) => {
  const press = event.target.closest?.("input[data-press]");
  if (press && !["Tab", "Enter", "Escape", "Shift", "AltGraph"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    press.value = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return;
  }
  if (!words || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape") { stopChoosing(); if (typing) typing.blur(); return; }
  if (typing && event.key === "Enter" && typing.form?.id === "decision" && typing.tagName !== "SELECT" && !event.shiftKey) {
    event.preventDefault();
    decide("accepted");
    return;
  }
  if (typing || document.querySelector("dialog[open]")) return;
  if (choosing) {
    if (event.key === "Shift") return;
    const index = choosing.dataset.choices.indexOf(unshifted(event));
    const field = choosing;
    stopChoosing();
    if (index >= 0) { event.preventDefault(); select(field, index, event.shiftKey); }
    return;
  }
  const status = event.shiftKey && !(event.key in keys) && /^status-(.)$/.exec(keys[unshifted(event)]);
  if (status) {
    event.preventDefault();
    select(panel.form()?.elements.status, Number(status[1]) - 1, true);
    return;
  }
  if (event.target.closest?.(".sheet, .doc-text") && event.key.startsWith("Arrow")) return;
  const action = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!action || (!panel.article() && !["help", "search", "queue", "undo", "redo"].includes(action))) return;
  event.preventDefault();
  if (event.repeat && ["accept", "reject", "unsure"].includes(action)) return; // a key that is held down is no judgement
  ACTIONS[action]();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const comment = event.target.closest("[data-comment]");
  if (comment) { event.preventDefault(); panel.comment(comment); return; }
  const verdict = event.target.closest('#decision button[name="verdict"]');
  if (verdict) { event.preventDefault(); decide(verdict.value); return; }
  if (event.target.closest("#refused-count")) { document.getElementById("refused").showModal(); return; }
  const refused = event.target.closest("#refused li button");
  if (refused) { outbox[refused.name](refused.value); return; }
  const button = event.target.closest("[data-action]");
  if (button && ACTIONS[button.dataset.action]) { event.preventDefault(); ACTIONS[button.dataset.action](); return; }
  const step = event.target.closest(".steps a");
  if (step) { event.preventDefault(); ACTIONS[step.rel === "next" ? "next" : "previous"](); }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.closest("#addition")) {
    event.preventDefault();
    panel.add(form, event.submitter?.name === "split");
  } else if (form.matches("[data-careful]") && !form.dataset.reached) {
    // The browser would leave the page, and what is chosen on it, for one that does not come.
    event.preventDefault();
    const reached = await fetch("/static/icon.svg", { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (!reached?.ok) { toast(words.unreachable, 20); return; }
    form.dataset.reached = "1";
    form.requestSubmit(event.submitter);
  }
});

document.addEventListener("change", (event) => { // by mouse from what `listen` unfolded
  if (event.target === choosing) stopChoosing();
});

document.addEventListener("selectionchange", () => { // by mouse, touch or keyboard
  if (!panel.article() || !selected()) return;
  take();
  const place = document.getElementById("addition");
  if (place?.open) fillAddition(place);
});
document.addEventListener("toggle", (event) => {
  if (event.target.id === "addition" && event.target.open) openAddition();
}, true);

function status() {
  const place = document.getElementById("saving");
  if (!place) return;
  const n = outbox.waiting();
  place.className = n ? "saving waiting" : "saving";
  place.textContent = (n ? (outbox.isOffline() ? place.dataset.offline : place.dataset.waiting) : place.dataset.saved).replace("{n}", n);
}
outbox.onChange(status);

// What the server refused: how much, and a list to send it again from or throw it away.
function showRefused() {
  const items = outbox.refused();
  const button = document.getElementById("refused-count");
  if (!button) return;
  button.hidden = !items.length;
  button.textContent = words.refusedCount.replace("{n}", items.length);
  const list = document.querySelector("#refused ul");
  list.replaceChildren(...items.map((item) => {
    const row = list.nextElementSibling.content.cloneNode(true).firstElementChild;
    const fields = new URLSearchParams(item.body);
    const what = words[item.about.what === "decide" ? fields.get("verdict") : item.about.what];
    row.querySelector(".what").textContent = [what, fields.get("comment")].filter(Boolean).join(": ");
    row.querySelector(".told").textContent = item.why;
    row.querySelector("a").href = `/findings/${item.about.finding}`;
    row.querySelectorAll("button").forEach((each) => { each.value = item.key; });
    return row;
  }));
  if (!items.length) document.getElementById("refused").close();
}
outbox.onChange(showRefused);

function told(judgement) {
  if (judgement.verdict !== "accepted") return `${judgement.by}: ${words[judgement.verdict]}`;
  return `${judgement.by}: ${[judgement.label, judgement.status, judgement.scope].map(named).join(", ")}`;
}

outbox.onAnswer((code, answer, about) => {
  if (code === 401) { toast(words.login, 20); return; }
  if (code === 409) {
    panel.forget();
    document.getElementById("conflict-theirs").textContent = told(answer.theirs);
    document.getElementById("conflict-mine").textContent = told(answer.mine);
    document.getElementById("conflict-link").href = `/findings/${answer.finding}`;
    document.getElementById("conflict").showModal();
    return;
  }
  if (code >= 400) { toast(`${words.refused}: ${answer.detail || code}`, 15); return; }
  if (about.what === "comment") {
    toast(words.commented);
    if (panel.article()?.dataset.id === about.finding) panel.showNotes();
    return;
  }
  if (about.what === "add" || about.what === "split") {
    panel.forget();
    toast(words.added);
    if (panel.article()?.dataset.id === about.finding) panel.go(answer.finding);
    return;
  }
  if (about.what === "undo" || about.what === "redo") {
    panel.forget();
    if (answer.result === "nothing") { toast(words.nothing); return; }
    const done = about.what === "undo" ? words.undone : words.redone;
    const many = answer.changed > 1 ? ` (${words.many.replace("{n}", answer.changed)})` : "";
    const left = answer.left ? `. ${words.left.replace("{n}", answer.left)}` : "";
    toast(done + many + left);
    if (panel.article() && answer.finding && answer.changed + answer.left === 1) panel.go(answer.finding);
    else if (!panel.article()) location.reload();
  }
});

window.addEventListener("popstate", () => location.reload());

if (words) {
  status();
  showRefused();
  outbox.flush();
  if (panel.article()) { history.replaceState({ id: panel.article().dataset.id }, ""); panel.arrived(); }
  if (location.hash === "#search") document.getElementById("search")?.focus();
}
