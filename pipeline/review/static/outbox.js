// Decisions wait here, in the browser's storage, until the server says that they are on disk.
// They are sent one after the other; a key makes each count once, however often it is sent.
// What the server refuses is kept aside, until the reviewer sends it again or throws it away.

const reviewer = document.querySelector('meta[name="reviewer"]').content;
const BOX = `outbox:${reviewer}`;
const ASIDE = `refused:${reviewer}`;
const listeners = { answered: [], changed: [] };
let sending = false;
let offline = false;
let pause = 500;

const read = (box = BOX) => JSON.parse(localStorage.getItem(box) || "[]");
const write = (items, box = BOX) => localStorage.setItem(box, JSON.stringify(items));

export const waiting = () => read().length;
export const refused = () => read(ASIDE);
export const isOffline = () => offline;
export const onAnswer = (listener) => listeners.answered.push(listener);
export const onChange = (listener) => listeners.changed.push(listener);
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

const changed = () => listeners.changed.forEach((listener) => listener());

// Keep a form's content and send it; `about` is given back with the answer.
export function post(url, fields, about = {}) {
  write([...read(), { key: fields.key, url, body: new URLSearchParams(fields).toString(), about }]);
  changed();
  flush();
}

// Throw away something that was refused.
export function discard(key) {
  write(refused().filter((item) => item.key !== key), ASIDE);
  changed();
}

// Send something that was refused once more.
export function retry(key) {
  const again = refused().filter((item) => item.key === key);
  write([...read(), ...again]);
  discard(key);
  flush();
}

// Wait until everything is on disk.
export function drained() {
  if (!waiting()) return Promise.resolve();
  return new Promise((done) => onChange(() => { if (!waiting()) done(); }));
}

export function flush() {
  // One tab at a time, so that nothing is sent in the wrong order.
  if (sending) return;
  sending = true;
  const run = () => sendAll().finally(() => { sending = false; });
  if (navigator.locks) navigator.locks.request(BOX, run);
  else run();
}

async function sendAll() {
  for (let items = read(); items.length; items = read()) {
    const item = items[0];
    let response;
    try {
      response = await fetch(item.url, {
        method: "POST",
        body: item.body,
        headers: {
          "accept": "application/json",
          "content-type": "application/x-www-form-urlencoded",
          "x-csrf": document.querySelector('meta[name="csrf"]').content,
        },
      });
    } catch {
      return later();
    }
    if (response.status >= 500 || response.status === 429) return later();
    const answer = await response.json().catch(() => ({}));
    const forged = response.status === 403 && !answer.finding && (await sessionEnded());
    if (response.status === 401 || forged) {
      // Logged out: the decision stays here until somebody logs in again.
      listeners.answered.forEach((listener) => listener(401, answer, item.about));
      return later();
    }
    const kept = response.status >= 400 && response.status !== 409 && item.about.finding;
    if (kept) write([...refused(), { ...item, why: answer.detail || String(response.status) }], ASIDE);
    write(read().slice(1));
    offline = false;
    pause = 500;
    changed();
    listeners.answered.forEach((listener) => listener(response.status, answer, item.about));
  }
}

// A new log-in has a new token: take it from a fresh page.
async function sessionEnded() {
  const page = await fetch("/help", { headers: { accept: "text/html" } });
  if (page.redirected) return true;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const name = fresh.querySelector('meta[name="reviewer"]').content;
  const token = fresh.querySelector('meta[name="csrf"]').content;
  const old = document.querySelector('meta[name="csrf"]');
  if (name !== reviewer || token === old.content) return name !== reviewer;
  old.content = token;
  return true;
}

function later() {
  offline = true;
  changed();
  setTimeout(flush, pause);
  pause = Math.min(pause * 2, 15000);
}

window.addEventListener("online", flush);
window.addEventListener("beforeunload", (event) => {
  if (waiting() && offline) event.preventDefault();
});
