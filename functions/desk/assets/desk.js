// Keys for people who work here all day. Every page does the same without this file.
"use strict";

function move(step) {
  const links = [...document.querySelectorAll("[data-rows] tbody th a")];
  const now = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(now + step, 0), links.length - 1)];
  if (next) next.focus();
}

// A box in the head of the list ticks all that are shown.
const picks = [...document.querySelectorAll(".pick input")];
const head = document.querySelector("th.pick");
if (head && picks.length) {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Chọn tất cả");
  all.addEventListener("change", () => picks.forEach((each) => { each.checked = all.checked; }));
  head.append(all);
}

function search() {
  const field = document.querySelector(".filters input[type=search]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
  field.select();
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  "/": search,
  n: () => follow("a[rel=next]"),
  u: () => follow("a[rel=up]"),
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

// A second click while the first one is under way sends nothing; coming back to the page allows it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
}, true);

function again() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

window.addEventListener("pageshow", again);
document.addEventListener("htmx:afterRequest", again);

function ready() {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
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
