// What makes a page better where scripts run; it does the same work without.
"use strict";

const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const one = (selector, from = document) => from.querySelector(selector);
const on = (target, name, does) => target.addEventListener(name, does);
const forms = all("[data-keep]");
const rest = (form, rests) => all("button", form).forEach((button) => { button.disabled = rests; });

// The link in the chat shows a button, which is pressed here.
const opener = one("[data-at-once]");
if (opener && opener.dataset.atOnce === "0") opener.submit(); // at once, so that the way back does not lead here
else if (opener) setTimeout(() => opener.submit(), opener.dataset.atOnce);

// Something is being written: look until it is, without loading the page anew.
const wait = one("[data-state]");
if (wait && window.fetch) {
  let looks = 0;
  const look = () => {
    if (++looks > 26) return location.replace(wait.dataset.late);
    fetch(wait.dataset.state, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { applied: [403, 404].includes(answer.status) }))
      .then((found) => (found.applied ? location.replace(wait.dataset.next) : Promise.reject()))
      .catch(() => setTimeout(look, 1500));
  };
  one("meta[http-equiv]").remove();
  on(window, "load", () => setTimeout(() => { window.stop(); look(); }, 900)); // no more refreshing
}

all("#errors, #done, #late").forEach((news) => news.focus());

const offline = one(".offline");
const connected = () => { offline.textContent = navigator.onLine ? "" : offline.dataset.offline; };
on(window, "online", connected);
on(window, "offline", connected);
connected();

// Words that were not sent stay on this device for a week: by form and field, what the page had and what was typed.
const KEY = "page:" + location.pathname.replace(/^\/en/, "").split("/").slice(0, 3).join("/");
const fields = (form) => all("[id][name]:not([data-once])", form);
const ticks = (field) => /checkbox|radio/.test(field.type);
const value = (field) => field[ticks(field) ? "checked" : "value"];
const usual = (field) => {
  if (field.options) return (all("[selected]", field).pop() || field.options[0]).value;
  return ticks(field) ? field.defaultChecked : field.defaultValue;
};
const storage = (does) => { // null if it is not allowed or full
  try { return does(localStorage); } catch (error) { return null; }
};
const read = () => {
  const kept = storage((has) => JSON.parse(has.getItem(KEY))) || {};
  return Date.now() - kept.at < 6048e5 ? kept : {};
};
const write = (kept) => storage((has) => {
  if (!forms.some((form) => Object.keys(kept[form.dataset.keep] || {}).length)) return has.removeItem(KEY);
  return has.setItem(KEY, JSON.stringify(Object.assign(kept, { at: Date.now() })));
});
const forget = (what) => storage((has) => Object.keys(has).forEach((key) => {
  if (what === "all" || key === KEY) has.removeItem(key);
}));
const keep = (sent) => {
  const kept = read();
  forms.forEach((form) => {
    const before = kept[form.dataset.keep] || {}, now = kept[form.dataset.keep] = {};
    fields(form).forEach((field) => {
      const old = before[field.id];
      if (value(field) !== usual(field)) now[field.id] = [old ? old[0] : usual(field), value(field)];
      else if (old && "refused" in form.dataset) now[field.id] = old;
    });
  });
  write(Object.assign(kept, sent && { sent }));
};
if (one("section[data-forget]")) forget("page");
if (forms.length) {
  const kept = read(), note = one("#restored"), differs = one("[data-differs]");
  if (one("#done")) delete kept[kept.sent];
  forms.forEach((form) => fields(form).forEach((field) => {
    const old = (kept[form.dataset.keep] || {})[field.id];
    if (!old || old[1] === value(field) || "refused" in form.dataset) return;
    note.hidden = false;
    if (old[0] === usual(field)) {
      field[ticks(field) ? "checked" : "value"] = old[1];
      (field.closest("details") || {}).open = true;
    } else if (/text|tel|email/.test(field.type)) {
      differs.parentNode.hidden = false;
      differs.textContent += old[1] + "\n";
    }
  }));
  write(Object.assign(kept, { sent: "" }));
  one("[data-discard]").onclick = () => {
    forms.forEach((form) => form.reset());
    forget("page");
    note.hidden = true;
  };
  on(document, "input", () => keep());
}

// A form is sent once, with a connection and with files that may be sent.
on(document, "submit", (event) => {
  const form = event.target, bad = one("[data-bad] input", form) || (!navigator.onLine && offline);
  if (bad || form.dataset.busy) {
    event.preventDefault();
    return bad && bad.focus();
  }
  const status = one("[data-sending]", form);
  if (!status) return;
  if (form.dataset.keep) keep(form.dataset.keep);
  if (form.dataset.forget) forget(form.dataset.forget);
  status.textContent = status.dataset.sending;
  form.dataset.busy = "yes";
  setTimeout(() => rest(form, true));
});
on(window, "pageshow", () => all("[data-busy]").forEach((form) => {
  delete form.dataset.busy;
  rest(form, false);
  one("[data-sending]", form).textContent = "";
}));

// A long text has a box as long.
all("textarea").forEach((box) => {
  const grow = () => { if (box.scrollHeight > box.clientHeight) box.style.height = box.scrollHeight + 6 + "px"; };
  on(box, "input", grow);
  grow();
});

// The label of the name says whose it is.
all("[data-business]").forEach((label) => {
  const named = () => { label.textContent = label.dataset[one("[name=type]:checked").value]; };
  all("[name=type]").forEach((type) => on(type, "change", named));
  named();
});

// The list of wards is narrowed by typing, with marks or without.
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
all("[data-filter]").forEach((filter) => {
  const list = one("#ward"), words = one("input", filter), found = one("p", filter);
  const options = all("optgroup option", list).map((option) => [option, option.parentNode]);
  filter.hidden = false;
  on(words, "input", () => {
    const fits = new Set();
    options.forEach(([option, group]) => {
      const hit = plain(option.textContent).includes(plain(words.value.trim()));
      if (hit) fits.add(option.value);
      if (hit || option.selected) group.append(option);
      else option.remove();
    });
    found.textContent = words.value && filter.dataset.found.replace("%n", fits.size);
    if (fits.size === 1) {
      list.value = [...fits][0];
      found.textContent = list.selectedOptions[0].textContent;
    }
  });
});

// Files are put in order by buttons.
all("[data-order]").forEach((list) => all("li", list).forEach((item) => {
  one(".number", item).hidden = true;
  all("[data-step]", item).forEach((button) => {
    button.hidden = false;
    button.onclick = () => {
      const up = button.dataset.step === "up", other = up ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      other[up ? "before" : "after"](item);
      all(".number input", list).forEach((field, at) => { field.value = at + 1; });
      one("#moved").textContent = list.dataset.moved.replace("%n", all("li", list).indexOf(item) + 1);
      button.focus();
    };
  });
}));

// Files are shown before they are sent, and stay when more are chosen.
all("[data-picks]").forEach((part) => {
  const input = one("input", part), list = one("ul", part), sum = one(".sum", part), words = input.dataset;
  let files = [];
  const show = () => {
    try {
      const put = new DataTransfer();
      files.forEach((file) => put.items.add(file));
      input.files = put.files;
    } catch (error) { files = [...input.files]; }
    list.textContent = "";
    files.forEach((file) => {
      const item = one("template", part).content.cloneNode(true), image = one("img", item), drop = one("button", item);
      if (/^image/.test(file.type)) image.src = URL.createObjectURL(file);
      else image.remove();
      image.onload = () => URL.revokeObjectURL(image.src);
      one("span", item).textContent = file.name;
      drop.setAttribute("aria-label", drop.textContent + " " + file.name);
      drop.onclick = () => { files = files.filter((each) => each !== file); show(); input.focus(); };
      list.append(item);
    });
    const sizes = files.map((file) => file.size / 2 ** 20), size = sizes.reduce((a, b) => a + b, 0);
    const bad = sizes.length > 10 ? words.many : Math.max(...sizes) > 25 ? words.large : size > 29 ? words.total : "";
    sum.textContent = words.sum.replace("%n", sizes.length).replace("%s", size.toFixed(1)) + " " + bad;
    delete part.dataset.bad;
    if (bad) part.dataset.bad = "yes";
  };
  on(input, "change", () => { files = [...files, ...input.files]; show(); });
});

// The telephone's own position, asked for after a tap.
all("[data-locates]").forEach((form) => {
  const button = one("button", form), status = one("[role=status]", form);
  form.hidden = !navigator.geolocation;
  button.onclick = () => {
    status.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.point.value = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(5)).join();
      form.submit();
    }, () => { status.textContent = button.dataset.failed; }, { timeout: 20000 });
  };
});
