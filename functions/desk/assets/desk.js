// Keys, memory and company for people who work here all day. Every page does the same work without this file.
"use strict";

const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

const ACTIONS = "[aria-labelledby=actions]";

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
  if (at && up && up.pathname === "/") up.href = at;
  const position = one("[data-place]", place);
  if (now < 0 || !position) return;
  for (const [name, code] of [["prev", codes[now - 1]], ["next", codes[now + 1]]]) {
    const link = one(`a[rel=${name}]`, place);
    if (code) link.href = `/petitions/${code}`;
    link.hidden = !code;
  }
  position.textContent = `${now + 1} / ${codes.length}`;
}

// A long list is narrowed by typing, with marks or without; one that fits alone is chosen.
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");

function printing() {
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.onclick = () => window.print();
  }
}

function copying() {
  for (const button of all("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.onclick = async () => {
      await navigator.clipboard.writeText(one(".code", button.closest("section")).textContent);
      button.textContent = "Đã chép";
    };
  }
}

function typeToFind() {
  for (const list of all("select[data-find]")) {
    if (list.previousElementSibling?.matches("[data-words]")) continue;
    const words = document.createElement("input");
    Object.assign(words, { type: "search", placeholder: "gõ để tìm", autocomplete: "off" });
    words.dataset.words = "";
    words.setAttribute("aria-label", `Gõ để tìm: ${list.labels[0]?.textContent.trim() || ""}`);
    const options = all("optgroup option", list).map((option) => [option, option.parentNode]);
    words.addEventListener("input", () => {
      const fits = new Set();
      for (const [option, group] of options) {
        const hit = plain(option.textContent).includes(plain(words.value.trim()));
        if (hit) fits.add(option.value);
        if (hit || option.selected) group.append(option);
        else option.remove();
      }
      if (!words.value || fits.size !== 1) return;
      [list.value] = fits;
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
    words.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    list.before(words);
  }
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
  box.addEventListener("change", () => {
    for (const each of all("td.pick input")) each.checked = box.checked;
    count();
  });
  head.append(box);
}

// The form for what is ticked says how many that are.
function count() {
  const counter = one("[data-ticked]");
  if (counter) counter.textContent = all("input[form=bulk]:checked").length;
}

document.addEventListener("change", (event) => event.target.matches("input[form=bulk]") && count());

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
  count();
}

// To the work itself: what is mostly done with the petition or the row, or to those that are ticked. Enter does it.
function begin() {
  const row = document.activeElement.closest("[data-rows] tr");
  const main = (row && !one(".pick input:checked") && one("button", row)) || one("[data-first]") || one(".bulk :is(select, button)") || one(`${ACTIONS} :is(summary, button, a)`);
  if (!main || !main.checkVisibility()) return;
  const missing = [...(main.form?.elements || [])].find((each) => !each.validity.valid && each.checkVisibility());
  (missing || main).focus();
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
  a: begin,
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
  if (writing || event.altKey || "keysOff" in document.documentElement.dataset || !keys[event.key] || (one("dialog[open]") && event.key !== "?")) return;
  event.preventDefault();
  keys[event.key]();
});

// The page that comes next holds no words that stand in another form: whoever wrote them is asked first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = (each) => each.form !== form && each.value !== each.defaultValue && each.value.trim() && !each.form?.dataset.draft;
  if (form.method !== "post" || form.closest("[data-rows]") || !all("textarea").some(words)) return;
  if (window.confirm("Phần đang viết ở ô khác trên trang này chưa được gửi và sẽ mất. Vẫn tiếp tục?")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

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
window.addEventListener("resize", uncover);
document.addEventListener("htmx:afterRequest", again);

// Pictures are looked at one after the other, by keys or by pointer; a press of Escape leads back to where one was.
function view(links, at) {
  const dialog = document.createElement("dialog");
  dialog.className = "viewer card";
  dialog.setAttribute("aria-label", "Ảnh");
  const picture = new Image();
  const line = document.createElement("p");
  line.className = "line";
  const position = document.createElement("span");
  const show = (to) => {
    at = Math.min(Math.max(to, 0), links.length - 1);
    picture.src = links[at].href;
    picture.alt = links[at].getAttribute("aria-label");
    position.textContent = `${at + 1} / ${links.length}`;
  };
  const button = (words, press) => {
    const made = document.createElement("button");
    made.className = "button plain";
    made.textContent = words;
    made.addEventListener("click", press);
    return made;
  };
  line.append(button("‹ Trước", () => show(at - 1)), position, button("Sau ›", () => show(at + 1)), button("Đóng", () => dialog.close()));
  dialog.append(picture, line);
  dialog.addEventListener("keydown", (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, j: at + 1, k: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault(); // the page below stays where it was
    show(to);
  });
  dialog.addEventListener("close", () => { dialog.remove(); links[at].focus(); });
  document.body.append(dialog);
  dialog.showModal();
  show(at);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-viewer] a.picture");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const links = all("a.picture", link.closest("[data-viewer]"));
  view(links, links.indexOf(link));
});

// What can be taken back at once is offered for some seconds.
function offer() {
  for (const undo of all("[data-undo]:not([data-offered])")) {
    undo.dataset.offered = "1";
    setTimeout(() => undo.remove(), 1000 * undo.dataset.undo);
  }
}

// A draft is saved while it is written; of two who write, the second is told.
const SAVED = [
  "seen", "text", "basis", "no_evidence",
  "outcome", "document_number", "document_date", "document_signer", "document_position",
];
let saving;

function autosave() {
  const form = one("form[data-draft]");
  if (!form || form.dataset.watched) return;
  form.dataset.watched = "1";
  form.addEventListener("input", () => {
    clearTimeout(saving);
    saving = setTimeout(() => save(form), 2000);
  });
}

async function save(form) {
  if (form.dataset.sent || !form.isConnected) return;
  const field = (name) => form.elements[name];
  const body = {};
  for (const name of SAVED) body[name] = field(name) ? field(name).value : "";
  const state = one("[data-saved]", form);
  let words = "Chưa lưu được; vẫn còn trong ô, sẽ thử lại.";
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": field("csrf").value },
      body: JSON.stringify(body),
    });
    const given = await answer.json();
    if (answer.ok) field("seen").value = given.seen;
    words = answer.ok ? `Đã tự lưu lúc ${new Date().toLocaleTimeString("vi-VN")}.` : given.message;
  } catch {
    saving = setTimeout(() => save(form), 10000);
  }
  state.textContent = words;
}

// The session ends when nothing is done for long: whoever is still here is told in time, and can go on. Once it has
// ended, no form is sent: what is in it, files too, stays, and goes with the token of the session that comes next.
let idle;
let ended = false;

function wake() {
  clearTimeout(idle);
  const warning = one("#idle");
  if (!warning) return;
  ended = false;
  warning.hidden = true;
  idle = setTimeout(() => {
    ended = true;
    warning.hidden = false;
  }, 60000 * warning.dataset.minutes);
}

function end() {
  ended = true;
  one("#idle span").textContent = "Phiên làm việc đã kết thúc. Xin mở trang này trong thẻ mới để đăng nhập lại; phần đang viết ở đây vẫn còn.";
  one("#idle").hidden = false;
}

async function stay() {
  const answer = await fetch("/api/me");
  if (!answer.ok) return end();
  const { csrf } = await answer.json();
  for (const each of all("input[name=csrf]")) each.value = csrf;
  return wake();
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!ended || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stay().catch(end).then(() => {
    again();
    if (!ended) form.requestSubmit(submitter);
  });
}, true);

// Without a timer that has run out (the machine slept, the eight hours are over) the answer says so.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.detail.shouldSwap = false;
  stay().catch(end);
});

if (one("#idle")) one("#idle button").addEventListener("click", () => stay().catch(end));
wake();
document.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status !== 401 && wake());
document.addEventListener("visibilitychange", () => document.hidden || stay().catch(() => undefined));

// What others do appears in place: nothing that is typed, ticked or focused is lost, and the page does not jump.
const EVERY = 7000;
const OPEN_EVERY = 3;
const DUTIES_EVERY = 15 * 60000;
// Whoever has no bell on this machine yet hears what came to them within the last day.
const FIRST_LOOK = 24 * 3600000;
let since;
let polls = 0;

// Put a row where it belongs; false if that is on another page, or in an order of which the row does not say its place.
function place(row, rows) {
  const body = one("tbody", rows);
  if (!rows.dataset.sorted) {
    one("[data-stale]").hidden = false;
    return false;
  }
  if (rows.dataset.sorted === "filed") return "later" in rows.dataset ? false : body.prepend(row) || true;
  const behind = [...body.rows].find((each) => each.dataset.order > row.dataset.order);
  if (!behind) return "next" in rows.dataset ? false : body.append(row) || true;
  if (behind === body.rows[0] && "later" in rows.dataset) return false;
  behind.before(row);
  return true;
}

function renew(old, row) {
  const focused = old.contains(document.activeElement) && (document.activeElement.matches("input") ? "input" : "a");
  const ticked = one(".pick input", old);
  const box = one(".pick input", row);
  if (ticked && box) box.checked = ticked.checked;
  old.replaceWith(row);
  if (focused) one(focused, row)?.focus({ preventScroll: true });
}

function merge(piece) {
  const rows = one("[data-live]");
  let fresh = 0;
  let other = 0;
  for (const row of rows ? all("tr", piece) : []) {
    const old = document.getElementById(row.id);
    // Keep a row that shows the result of its button, and one whose request is under way: the answer will replace it.
    if (old && (old.dataset.version === row.dataset.version || old.matches(".given") || one(".htmx-request", old))) continue;
    row.classList.add("fresh");
    if (!old) {
      fresh += place(row, rows);
      continue;
    }
    renew(old, row);
    other += 1;
  }
  for (const gone of rows ? all("[data-gone]", piece) : []) {
    const old = document.getElementById(`r-${gone.dataset.gone}`);
    if (!old || old.matches(".gone, .given")) continue;
    const box = one(".pick input", old);
    if (box) box.disabled = !(box.checked = false);
    old.classList.add("gone");
    const label = one(".col-state .tag", old) || one("th .meta", old);
    label.textContent = "Đã rời danh sách";
    other += 1;
  }
  for (const count of all("[data-view]", piece)) {
    for (const shown of all(`[data-count="${count.dataset.view}"]`)) {
      shown.textContent = count.textContent;
      shown.classList.toggle("none", count.textContent === "0");
    }
  }
  const here = one("[data-code]");
  for (const each of here ? all(`[data-changed="${here.dataset.code}"]`, piece) : []) {
    const notice = one("[data-others]", here);
    if (Number(each.dataset.version) <= Number(here.dataset.version) || !notice.hidden || isUnderWay()) continue;
    notice.innerHTML = '<b class="tag warn">Hồ sơ vừa thay đổi</b> <a href="">Tải lại</a>';
    notice.hidden = false;
    other += 1;
  }
  if (fresh || other) one("#live-news").textContent = `${fresh} hồ sơ mới, ${other} hồ sơ thay đổi.`;
  remember();
}

// What one is doing oneself changes the petition too, in several steps: that is no news, until it is done.
const LONGEST_DEED = 15000;
let begun = 0;
const isUnderWay = () => Date.now() - begun < LONGEST_DEED;
document.addEventListener("submit", () => { begun = Date.now(); });
document.addEventListener("htmx:afterRequest", (event) => { if (event.target.closest("form")) begun = 0; });

// The bell keeps what concerns me until it was looked at, on this machine: codes and words of ours, nothing of citizens.
function kept(bell) {
  try {
    return JSON.parse(localStorage.getItem(`desk-bell-${bell.dataset.bell}`)) || { news: [] };
  } catch {
    return { news: [] };
  }
}

function ring(bell, piece) {
  const state = kept(bell);
  for (const each of piece ? all("[data-news]", piece) : []) {
    const known = state.news.some((old) => old.code === each.dataset.news && Number(old.version) >= Number(each.dataset.version));
    if (!known) state.news.unshift({ code: each.dataset.news, version: each.dataset.version, words: each.textContent, to: each.dataset.to });
  }
  state.news = state.news.slice(0, 30);
  if (piece) state.since = one("[data-since]", piece).dataset.since;
  const duties = piece && one("[data-duties]", piece);
  if (duties) {
    // A petition that is also among the news is counted there.
    const counted = new Set(state.news.filter((each) => !each.seen).map((each) => each.code));
    const others = duties.dataset.of.split(" ").filter((each) => each && !counted.has(each));
    // What was looked at today is not counted again, unless it comes anew.
    const looked = state.day === bell.dataset.day ? new Set(state.looked) : new Set();
    if (bell.open) for (const each of others) looked.add(each);
    Object.assign(state, { day: bell.dataset.day, asked: Date.now(), of: others, looked: others.filter((each) => looked.has(each)) });
    state.duties = others.length - state.looked.length;
    one("[data-today]", bell).replaceChildren(...duties.childNodes);
  }
  localStorage.setItem(`desk-bell-${bell.dataset.bell}`, JSON.stringify(state));
  const unseen = state.news.filter((each) => !each.seen).length + (state.duties || 0);
  const count = one(".count", bell);
  count.textContent = unseen;
  count.hidden = !unseen;
  one("summary", bell).setAttribute("aria-label", `Việc của tôi: ${unseen} chưa xem`);
  one("[data-mine]", bell).replaceChildren(...state.news.map((each) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = each.to || `/petitions/${each.code}`;
    link.textContent = each.words;
    item.append(link);
    if (each.to) return item;
    const code = document.createElement("span");
    code.className = "code soft";
    code.textContent = each.code;
    item.append(" ", code);
    return item;
  }));
}

// What others changed since the last visit is marked in the lists until it is opened; a visit ends with half an hour away.
const AWAY = 30 * 60000;

function visit(now) {
  const bell = one("[data-bell]");
  if (!bell) return;
  const name = `desk-visit-${bell.dataset.bell}`;
  let state;
  try {
    state = JSON.parse(localStorage.getItem(name)) || {};
  } catch {
    state = {};
  }
  const at = Date.parse(now || bell.dataset.since);
  if (at - state.seen > AWAY) Object.assign(state, { until: state.seen, opened: [] });
  state.seen = Math.max(at, state.seen || 0);
  state.opened ||= [];
  const here = one("[data-code]");
  if (here && !state.opened.includes(here.dataset.code)) state.opened.push(here.dataset.code);
  localStorage.setItem(name, JSON.stringify(state));
  for (const row of all("tr[data-changed]")) {
    row.classList.toggle("news", Date.parse(row.dataset.changed) > state.until && !state.opened.includes(row.id.slice(2)));
  }
}

function company(here, others) {
  const label = one("[data-company]", here);
  label.hidden = !others;
  label.textContent = others ? `Đang mở: ${others.textContent}` : "";
}

async function poll(duties) {
  const bell = one("[data-bell]");
  if (!bell || document.hidden) return;
  const rows = one("[data-live]");
  since ||= kept(bell).since || new Date(Date.parse(bell.dataset.since) - FIRST_LOOK).toISOString();
  const query = new URLSearchParams(rows ? rows.dataset.live : "");
  query.set("since", since);
  // When the bell is opened, and now and then by itself: what the morning's mail says, as it is now.
  const { day, asked } = kept(bell);
  if (duties || day !== bell.dataset.day || Date.now() - (asked || 0) > DUTIES_EVERY) query.set("duties", "1");
  const here = one("[data-code]");
  const asks = here && polls % OPEN_EVERY === 0;
  polls += 1;
  if (asks) query.set("open", here.dataset.code);
  const answer = await fetch(`/live?${query}`);
  if (answer.redirected || answer.status === 401) return end();
  if (!answer.ok) return;
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (rows && one("[data-more]", piece) && since >= bell.dataset.since) one("[data-stale]").hidden = false;
  since = one("[data-since]", piece).dataset.since;
  if (asks) company(here, one("[data-here]", piece));
  merge(piece);
  visit(since);
  ring(bell, piece);
}

function watch() {
  const bell = one("[data-bell]");
  if (!bell) return;
  bell.hidden = false;
  ring(bell);
  bell.addEventListener("toggle", () => {
    const state = kept(bell);
    for (const each of state.news) each.seen = true;
    Object.assign(state, { duties: 0, looked: state.of || [] });
    localStorage.setItem(`desk-bell-${bell.dataset.bell}`, JSON.stringify(state));
    if (bell.open) poll(true).catch(() => undefined);
    else ring(bell);
  });
  const again = () => poll().catch(() => undefined);
  setInterval(again, EVERY);
  document.addEventListener("visibilitychange", again);
  setTimeout(again, 1500);
}

watch();

// A menu or row of tabs that is wider than the screen shows where one is.
function uncover() {
  for (const here of all("nav > [aria-current]")) {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2;
  }
}

// A person is chosen among those of the unit that is chosen; while none is, among all.
function narrow() {
  for (const people of all("select[data-of]")) {
    const unit = document.getElementById(people.dataset.of);
    if (!unit || people.dataset.narrowed) continue;
    people.dataset.narrowed = "1";
    const teams = all("optgroup", people);
    const show = () => {
      const chosen = people.value;
      for (const each of teams) each.remove();
      people.append(...teams.filter((each) => !unit.value || each.dataset.unit === unit.value));
      people.value = chosen;
      if (people.selectedIndex < 0) people.selectedIndex = 0;
    };
    unit.addEventListener("change", show);
    show();
  }
}

// A button that gives a petition away names the person and the unit that are chosen above it.
function addressees() {
  for (const label of all("[data-to]")) {
    const fields = label.closest("form").elements;
    const chosen = ["handler", "unit"].map((name) => fields[name]).filter((each) => each && each.value);
    label.textContent = chosen.length ? ` cho ${chosen.map((each) => each.selectedOptions[0].text).join(", ")}` : "";
  }
}
document.addEventListener("change", addressees);

function ready() {
  count();
  visit();
  uncover();
  narrow();
  addressees();
  for (const hint of all("[data-keys]")) hint.hidden = false;
  tickAll();
  typeToFind();
  printing();
  copying();
  remember();
  neighbours();
  offer();
  autosave();
}

ready();
one("[data-begin]")?.focus({ preventScroll: true });
document.addEventListener("htmx:load", ready);

// What htmx cannot show here (signed out, refused, no answer) is shown as a page of its own.
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, (event) => {
    if (event.detail.requestConfig.verb === "get") location.assign(event.detail.pathInfo.requestPath);
  });
}

// The content has been exchanged. Whoever works with keys goes on where the work is: in the form that was refused, at the
// text that a template went into, at the next step of the petition; elsewhere at the top. What was done is told.
let sent;

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("form");
  sent = form && { action: form.getAttribute("action"), pressed: document.activeElement.value };
});

function goOn(content) {
  const wrong = one("[role=alert]", content);
  const same = sent && all("form", content).find((each) => each.getAttribute("action") === sent.action);
  const field = same && one("textarea, input:not([type=hidden]), select", same);
  if (field && (wrong || sent.pressed === "template")) return one("[aria-invalid]", same) || one("textarea", same) || field;
  if (same && sent.pressed === "save") return one("[value=save]", same);
  return (sent && one(`${ACTIONS} h2`, content)) || one("[data-begin]", content) || content;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const row = event.target.closest("[data-rows] tr");
  if (row) return one("th a", row.nextElementSibling || row.previousElementSibling || row)?.focus({ preventScroll: true });
  const content = document.getElementById("content");
  const message = content && one("[role=status], [role=alert]", content);
  if (message) one("#live-news").textContent = message.textContent;
  if (!content || content.contains(document.activeElement)) return;
  const next = goOn(content);
  if (!next.matches("a, button, input, select, textarea")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  sent = undefined;
});
