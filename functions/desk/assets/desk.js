// Keys for people who work here all day. Every page does the same without this file.
"use strict";

const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
const links = rows.map((row) => row.querySelector("th a"));

function move(step) {
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

for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
