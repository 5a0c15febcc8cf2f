// The page's picture: zoom, other pages of the document, the lines of the finding in sight.

const PLACES = ["zoom--1", "zoom-0", "zoom-1", "zoom-2", "zoom-3"];
let zoom = Number(sessionStorage.getItem("zoom") || 1);

const sheet = () => document.querySelector(".sheet");

export function show() {
  const here = sheet();
  const text = document.querySelector(".plain[data-text]");
  if (text) fillText(text);
  if (!here) return;
  here.classList.remove(...PLACES);
  here.classList.add(PLACES[zoom]);
  const image = here.querySelector("img");
  const gone = here.querySelector(".gone");
  const arrived = () => { gone.hidden = true; image.hidden = false; scrollToLines(); };
  image.onload = arrived;
  image.onerror = () => { gone.hidden = false; image.hidden = true; };
  if (image.complete) (image.naturalWidth ? arrived : image.onerror)();
}

function scrollToLines() {
  const here = sheet();
  const line = here.querySelector("svg:not([hidden]) rect");
  if (!line) return;
  const box = line.getBoundingClientRect();
  const frame = here.getBoundingClientRect();
  here.scrollTop += box.top - frame.top - frame.height / 3;
  here.scrollLeft += box.left - frame.left - 24;
}

export function zoomBy(step) {
  zoom = Math.max(0, Math.min(PLACES.length - 1, zoom + step));
  sessionStorage.setItem("zoom", zoom);
  show();
}

export function turn(step) {
  const here = sheet();
  if (!here) return;
  const number = Math.max(1, Math.min(Number(here.dataset.pages), Number(here.dataset.page) + step));
  here.dataset.page = number;
  document.querySelector(".page-number").textContent = number;
  here.querySelectorAll("svg").forEach((lines) => { lines.toggleAttribute("hidden", lines.dataset.page !== String(number)); });
  const image = here.querySelector("img");
  image.src = image.src.replace(/\d+$/, number);
  here.scrollTop = 0;
}

async function fillText(place) {
  const address = place.dataset.text;
  delete place.dataset.text;
  const response = await fetch(`${address}?part=1`);
  if (!response.ok) return;
  place.innerHTML = await response.text();
  const mark = place.querySelector("mark");
  const box = place.querySelector(".doc-text");
  if (mark && box) box.scrollTop = mark.offsetTop - box.offsetTop - box.clientHeight / 3;
}
