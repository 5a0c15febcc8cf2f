"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  document.querySelectorAll(".tools").forEach((tool) => { tool.hidden = false; });

  // The map: by how many kinds of measures, or by one measure's status; a click leads to the text.
  const rows = new Map();
  document.querySelectorAll("#tabell tbody tr").forEach((row) => rows.set(row.dataset.k, row));
  const shapes = [...document.querySelectorAll("#land path")];
  const first = shapes.map((shape) => shape.getAttribute("class"));
  byId("kartval").addEventListener("change", (event) => {
    const column = event.target.value;
    shapes.forEach((shape, n) => {
      const row = rows.get(shape.id.slice(1));
      const cell = row && column !== "" ? row.cells[Number(column) + 1] : null;
      const plain = first[n] === "n" ? "n" : "k0";
      const status = cell && !/none|unread/.test(cell.className) ? cell.className : plain;
      shape.setAttribute("class", column === "" ? first[n] : status);
    });
    byId("teckenkarta").hidden = column !== "";
    byId("teckenstatus").hidden = column === "";
  });
  byId("land").addEventListener("click", (event) => {
    if (event.target.id && byId("k" + event.target.id.slice(1))) {
      location.hash = "k" + event.target.id.slice(1);
    }
  });

  // Links into a folded part unfold it.
  const unfold = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((part) => { part.open = true; });
  });

  const table = byId("tabell");
  const places = [...document.querySelectorAll("details.place")];
  const fold = byId("vik");
  fold.addEventListener("click", () => {
    const open = fold.textContent === "Fäll ut alla";
    places.forEach((place) => { if (!place.hidden) { place.open = open; } });
    fold.textContent = open ? "Fäll ihop alla" : "Fäll ut alla";
  });
  if (!table) { return; }

  // Choose municipalities: the table and the texts follow.
  const [search, county, measure, status] = ["sok", "lan", "atgard", "status"].map(byId);
  const plainText = (text) => text.toLocaleLowerCase("sv").trim();
  const choose = () => {
    const wanted = plainText(search.value);
    const shown = new Set();
    rows.forEach((row, code) => {
      const cells = measure.value === "" ? [...row.cells].slice(1, -2) : [row.cells[Number(measure.value) + 1]];
      const word = status.value.split(" ")[0];
      const fits = plainText(row.cells[0].textContent).includes(wanted)
        && code.startsWith(county.value)
        && ((measure.value === "" && word === "") || cells.some((cell) => cell.title.includes(word) && cell.title));
      row.hidden = !fits;
      if (fits) { shown.add(code); }
    });
    const all = shown.size === rows.size;
    places.forEach((place) => {
      const region = place.dataset.k.length === 2;
      place.hidden = !(shown.has(place.dataset.k) || (region && all));
    });
    byId("traffar").textContent = all ? "" : `${shown.size} av ${rows.size} kommuner`;
  };
  byId("urval").addEventListener("input", choose);
  byId("urval").addEventListener("submit", (event) => event.preventDefault());

  // Sort by any column.
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const amount = (cell) => Number((cell.textContent.replace(/\s/g, "").match(/\d+$/) || [0])[0]);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.firstElementChild.className = "printed";
    // The plain word stays for print: Chromium repeats no table head that shows a button.
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === (column ? "descending" : "ascending");
      const direction = column ? (up ? 1 : -1) : (up ? -1 : 1);
      const order = [...rows.values()].sort((a, b) => direction * (column
        ? amount(a.cells[column]) - amount(b.cells[column])
        : a.cells[0].textContent.localeCompare(b.cells[0].textContent, "sv")));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      body.append(...order);
    });
  });
})();
