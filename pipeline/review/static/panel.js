// One finding after the other: what comes next is fetched before it is needed.

import * as outbox from "./outbox.js";
import * as sheet from "./sheet.js";

const fetched = new Map(); // id -> promise of the panel's HTML
const done = new Set(); // judged since this page was loaded
let shownAt = performance.now();

export const place = () => document.getElementById("panel");
export const article = () => document.querySelector("article.panel");
export const form = () => document.getElementById("decision");

const address = (id, part) => `/findings/${id}?${article().dataset.query}${part ? "&part=1" : ""}`;

export function forget() { fetched.clear(); done.clear(); }

function load(id) {
  if (!fetched.has(id)) {
    const loading = fetch(address(id, true)).then((response) => {
      if (!response.ok || response.redirected) throw new Error(response.status);
      return response.text();
    });
    loading.then((html) => prefetchImage(html), () => fetched.delete(id));
    fetched.set(id, loading);
  }
  return fetched.get(id);
}

function prefetchImage(html) {
  const image = html.match(/\/documents\/[0-9a-f]+\/pages\/\d+/);
  if (image) new Image().src = image[0];
}

export function arrived() {
  shownAt = performance.now();
  sheet.show();
  const next = article().dataset.next;
  if (next) load(next).then((html) => {
    const after = new DOMParser().parseFromString(html, "text/html").querySelector("article").dataset.next;
    if (after) load(after).catch(() => {});
  }).catch(() => {});
}

// Show another finding; `remember` puts it into the browser's history.
export async function go(id, remember = true) {
  if (!id) return;
  const target = address(id, false);
  try {
    const html = await load(id);
    fetched.delete(id);
    place().innerHTML = html;
  } catch {
    if (!outbox.isOffline()) { location.href = target; return; }
    return;
  }
  if (remember) history.pushState({ id }, "", target);
  document.title = `${article().dataset.title} · kommunlupp`;
  window.scrollTo(0, 0);
  arrived();
}

// Send a verdict and go on at once; what is not known to be on disk stays in the outbox.
export async function decide(verdict) {
  const here = form();
  if (!here) return false;
  const fields = Object.fromEntries(new FormData(here));
  if (verdict === "accepted" && !fields.label) return false;
  delete fields.csrf;
  fields.verdict = verdict;
  fields.key = outbox.newKey();
  fields.millis = Math.min(86400000, Math.round(performance.now() - shownAt));
  const { id, next } = article().dataset;
  fetched.delete(id);
  outbox.post(here.action, fields, { finding: id, what: "decide" });
  await passOver(next, id);
  return true;
}

// Add a finding, or split this one; it shows once it is on disk.
export function add(form, split) {
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrf;
  if (split) fields.split = "1";
  fields.key = outbox.newKey();
  form.closest("details").open = false;
  outbox.post(form.action, fields, { finding: article().dataset.id, what: split ? "split" : "add" });
}

// Send what is written as a comment, without a judgement.
export function comment(button) {
  const field = form().elements.comment;
  const text = field.value.trim();
  if (!text) { field.focus(); return; }
  field.value = "";
  const fields = { key: outbox.newKey(), comment: text };
  outbox.post(button.formAction, fields, { finding: article().dataset.id, what: "comment" });
}

// Show the finding's comments as they are now; the form is left alone.
export async function showNotes() {
  const { id } = article().dataset;
  fetched.delete(id);
  const html = await load(id);
  fetched.delete(id);
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".notes");
  if (article().dataset.id === id) article().querySelector(".notes").replaceWith(fresh);
}

// What was fetched before may lead back to what has been judged since: then the server is asked.
async function passOver(next, judged) {
  done.add(judged);
  if (next && !done.has(next)) return go(next);
  await outbox.drained();
  location.href = `/next?${article().dataset.query}`;
}
