// Keys, memory and company for people who work here all day. Every page does the same work without this file.
"use strict";

const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// The list that one came from, in this tab: its address and its petitions in their order, for "back", "next", "previous".
const LIST = "desk-list";

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(LIST)) || { codes: [] };
  } catch {
    return { codes: [] };
  }
}

function remember() {
  const rows = one("[data-rows]");
  if (!rows || !rows.classList.contains("rows")) return;
  const codes = all("tbody tr[id]", rows).map((row) => row.id.slice(2));
  const at = one("[data-list]");
  sessionStorage.setItem(LIST, JSON.stringify({ codes, at: at ? at.dataset.list : "/" }));
}

function neighbours() {
  const place = one("[data-code]");
  if (!place) return;
  const { codes, at } = remembered();
  const now = codes.indexOf(place.dataset.code);
  const up = one("a[rel=up]", place);
  if (at && up) up.href = at;
  if (now < 0) return;
  for (const [name, code] of [["prev", codes[now - 1]], ["next", codes[now + 1]]]) {
    const link = one(`a[rel=${name}]`, place);
    if (code) link.href = `/petitions/${code}`;
    link.hidden = !code;
  }
  const told = one("[data-place]", place);
  told.textContent = `${now + 1} / ${codes.length}`;
}

function move(step) {
  const links = all("[data-rows] tbody th a");
  const now = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(now + step, 0), links.length - 1)];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// A box in the head of the list ticks all that are shown.
function tickAll() {
  const picks = all(".pick input");
  const head = one("th.pick");
  if (!head || !picks.length || one("input", head)) return;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", "Chọn tất cả");
  box.addEventListener("change", () => all("td.pick input").forEach((each) => { each.checked = box.checked; }));
  head.append(box);
}

function search() {
  const field = one(".seek input[type=search]");
  if (!field) return;
  field.focus();
  field.select();
}

function follow(selector) {
  const link = all(selector).find((each) => !each.hidden);
  if (link) link.click();
}

function tick() {
  const row = document.activeElement.closest("[data-rows] tr");
  const box = row && one(".pick input", row);
  if (box) box.checked = !box.checked;
}

function help() {
  const shown = one("#keys");
  if (shown) shown.open ? shown.close() : shown.showModal();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: tick,
  "/": search,
  n: () => follow("a[rel=next]"),
  p: () => follow("a[rel=prev]"),
  u: () => follow("a[rel=up]"),
  a: () => follow("[data-first]"),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) {
    const form = event.key === "Enter" && event.target.closest("form");
    const main = form && one("[data-send]", form);
    if (main) main.click();
    return;
  }
  const writing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (writing || event.altKey || !keys[event.key] || (one("dialog[open]") && event.key !== "?")) return;
  event.preventDefault();
  keys[event.key]();
});

// A second click while the first one is under way sends nothing; coming back to the page allows it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  form.dataset.sent = "1";
}, true);

function again() {
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
}

window.addEventListener("pageshow", again);
document.addEventListener("htmx:afterRequest", again);

function ready() {
  for (const hint of all("[data-keys]")) hint.hidden = false;
  tickAll();
  remember();
  neighbours();
}

ready();
document.addEventListener("htmx:load", ready);

// What htmx cannot show here (signed out, refused, no answer) is shown as a page of its own.
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, (event) => {
    if (event.detail.requestConfig.verb === "get") location.assign(event.detail.pathInfo.requestPath);
  });
}

// The content has been exchanged: whoever reads with keys or ears begins at its top.
document.addEventListener("htmx:afterSettle", () => {
  const content = document.getElementById("content");
  if (content && !content.contains(document.activeElement)) content.focus({ preventScroll: true });
});
