"use strict";

const HOUR = 3600e3;
const HANOI = 7 * HOUR;  // no daylight saving time
const KEPT = 300;
const $ = (id) => document.getElementById(id);
const two = (n) => String(n).padStart(2, "0");
const mib = (kib) => Math.round(kib / 1024).toLocaleString("vi-VN");

/** The parts of an instant as a clock in Hanoi shows them, whatever zone the browser is in. */
function inHanoi(instant) {
  const d = new Date(instant + HANOI);
  const days = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];
  return {
    time: `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`,
    date: `${days[d.getUTCDay()]}, ${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`,
    input: d.toISOString().slice(0, 16),
    weekday: d.getUTCDay(),
  };
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/* The clock. `ahead`: the stack's time minus the browser's. */
let ahead = 0;
let moving = false;
const now = () => Date.now() + ahead;

function showTime(instant) {
  const shown = inHanoi(instant);
  $("time").textContent = shown.time;
  $("date").textContent = shown.date;
}

function setMoving(progress) {
  moving = progress !== null;
  $("moving").hidden = !moving;
  for (const button of document.querySelectorAll("#moves button, #custom button")) button.disabled = moving;
  if (!moving) return;
  $("share").value = progress.share;
  const at = inHanoi(Date.parse(progress.now));
  const failed = progress.failed ? `, ${progress.failed} lỗi` : "";
  $("moving-text").textContent = `Đang qua ${at.time.slice(0, 5)} ${at.date} · đã chạy ${progress.fired} lượt lịch${failed}`;
  showTime(Date.parse(progress.now));
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const lines = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
  return lines[lines.length - 1];
}

async function move(to) {
  $("clock-error").textContent = "";
  setMoving({ share: 0, now: new Date(now()).toISOString(), fired: 0, failed: 0 });
  try {
    const last = await post("/api/clock", { to });
    if (last.error) $("clock-error").textContent = last.error;
  } catch {
    $("clock-error").textContent = "Bộ điều khiển không trả lời.";
  }
  setMoving(null);
  await refresh();
}

/** The difference of the clock from real time as text. */
function inFront(minutes) {
  if (minutes < 1) return "Trùng giờ thật";
  const [count, unit] = minutes < 60 ? [minutes, "phút"] : minutes < 1440 ? [minutes / 60, "giờ"] : [minutes / 1440, "ngày"];
  return `Đi trước giờ thật ${count.toLocaleString("vi-VN", { maximumFractionDigits: 1 })} ${unit}`;
}

/* The tables. */
function show(status) {
  $("stack").textContent = `${status.stack} (${status.project})`;
  for (const door of document.querySelectorAll("#doors a")) {
    const url = status.urls[door.dataset.url];
    if (url) { door.href = url; door.target = "_blank"; } else door.removeAttribute("href");
  }
  ahead = Date.parse(status.clock.now) - Date.now();
  $("ahead").textContent = inFront(status.clock.ahead_seconds / 60);
  if (status.clock.moving) setMoving(status.clock.moving); else if (!moving) showTime(now());
  $("published").textContent = status.published === null ? "" : `đã phát hành ${status.published}`;
  $("memory").textContent = `${mib(status.memory.pss)} MiB cả hệ thống`;
  $("schedules").replaceChildren(...status.schedules.map(scheduleRow));
  $("subscriptions").replaceChildren(...Object.entries(status.subscriptions ?? {}).map(subscriptionRow));
  $("processes").replaceChildren(...status.processes.map(processRow));
}

function row(...cells) {
  const made = element("tr");
  for (const [className, ...children] of cells) {
    const cell = element("td", className);
    cell.append(...children);
    made.append(cell);
  }
  return made;
}

function scheduleRow(one) {
  const fire = element("button", "fire", "Chạy ngay");
  fire.addEventListener("click", async () => {
    fire.disabled = true;
    await post(`/api/fire/${one.name}`, {}).catch(() => null);
    await refresh();
  });
  fire.setAttribute("aria-label", `Chạy ngay lịch ${one.name}`);
  const next = one.next ? inHanoi(Date.parse(one.next)) : null;
  const when = next ? `kế tiếp ${next.time.slice(0, 5)} ${next.date}` : "tạm dừng";
  const what = element("div", "small soft", when);
  const last = one.last
    ? element("span", `tag ${one.last.ok ? "good" : "bad"}`, one.last.ok ? "được" : String(one.last.status)) : "";
  return row(["", named(one), what], ["", last], ["", fire]);
}

/** The schedule's name, with its description from the manifest as a tooltip. */
function named(one) {
  const name = element("span", "code", one.name);
  name.title = one.description;
  return name;
}

function subscriptionRow([name, one]) {
  const parts = [["chờ", one.backlog], ["đang giao", one.outstanding], ["thử lại", one.waiting_retry]];
  const busy = parts.filter(([, count]) => count);
  const cell = busy.length
    ? busy.map(([word, count]) => element("span", `tag ${word === "thử lại" ? "warn" : ""}`, `${count} ${word}`))
    : [element("span", "soft small", "trống")];
  const oldest = one.backlog ? ` · cũ nhất ${Math.round(one.oldest_age_seconds)} giây` : "";
  const tried = element("div", "small soft", `${one.attempts} lần giao${oldest}`);
  return row(["", element("span", "code", name), tried], ["", ...cell]);
}

function processRow(one) {
  const states = { up: ["good", "chạy"], starting: ["warn", "khởi động"], restarting: ["bad", "khởi động lại"], stopped: ["bad", "dừng"] };
  const [tone, word] = states[one.state] ?? ["", one.state];
  const restarts = one.restarts ? element("span", "small soft", ` ${one.restarts} lần khởi động lại`) : "";
  const ports = Object.values(one.ports).join(" · ");
  return row(
    ["", element("span", "code", one.name), element("div", "small soft", ports)],
    ["", element("span", `tag ${tone}`, word), restarts],
    ["number", one.memory ? `${mib(one.memory.pss)} MiB` : "–"],
  );
}

async function refresh() {
  try { show(await (await fetch("/api/status")).json()); } catch { /* the stream reports a lost runner */ }
}

/* Events. */
const TEXTS = {
  request(e) {
    const push = /^\/push\/(.+)$/.exec(e.path);
    if (push) return ["message", `Pub/Sub giao ${push[1]} → ${e.function}`];
    if (e.function === "zalo_webhook") return ["zalo", `Zalo gọi webhook (${e.method})`];
    return ["page", `${e.function}: ${e.method} ${e.path}`];
  },
  schedule: (e) => ["schedule", `Lịch ${e.name} → ${e.function}`],
  published: (e) => ["message", `${e.count} tin được phát hành`],
  mail: (e) => ["system", `${e.count} thư mới trong hộp thư`],
  restart: (e) => ["system", `${e.process} đã dừng (${e.status}), khởi động lại sau ${e.pause} giây`],
  started: (e) => ["system", `${e.process} chạy lại`],
  clock: (e) => ["system", `Đồng hồ tới ${inHanoi(Date.parse(e.to)).time.slice(0, 5)} ${inHanoi(Date.parse(e.to)).date}: ${e.fired} lượt lịch, ${e.failed} lỗi`],
  reset: () => ["system", "Dữ liệu đã được xoá, hệ thống chạy lại"],
};

let lastSchedule = null;
let oldUntil = Infinity;  // events received right after connecting are old

function add(event) {
  const [kind, text] = TEXTS[event.kind](event);
  const failed = event.ok === false || (event.kind === "request" && event.status >= 400) || event.kind === "restart";
  if (event.kind === "schedule" && !failed && lastSchedule?.due === event.due && $("feed").firstChild === lastSchedule.item) {
    lastSchedule.names.push(event.name);
    lastSchedule.item.querySelector("span").textContent = `${lastSchedule.names.length} lịch đã chạy, không lỗi`;
    lastSchedule.item.title = lastSchedule.names.join(", ");
    lastSchedule.item.querySelector(".figures").textContent = "";
    return;
  }
  const item = element("li", `${kind}${failed ? " bad" : ""}${Date.now() > oldUntil ? " fresh" : ""}`);
  const figures = event.ms === undefined ? "" : `${event.status} · ${event.ms.toLocaleString("vi-VN")} ms`;
  item.append(element("time", "", inHanoi(Date.parse(event.at)).time), element("span", "", text), element("span", "figures", figures));
  $("feed").prepend(item);
  lastSchedule = event.kind === "schedule" && !failed ? { due: event.due, names: [event.name], item } : lastSchedule;
  while ($("feed").childElementCount > KEPT) $("feed").lastChild.remove();
  $("quiet").hidden = true;
}

function listen() {
  const stream = new EventSource("/api/events");
  stream.onopen = () => {
    $("feed").replaceChildren();
    oldUntil = Date.now() + 1000;
    $("link").textContent = "trực tiếp";
    $("link").classList.add("on");
    refresh();
  };
  stream.onerror = () => {
    $("link").textContent = "mất kết nối, đang thử lại";
    $("link").classList.remove("on");
  };
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (event.kind === "sample") show(event.status);
    else if (event.kind === "moving") setMoving(event);
    else {
      if (event.kind === "clock") setMoving(null);
      add(event);
    }
  };
}

$("moves").addEventListener("click", (click) => {
  const to = click.target.dataset.to;
  if (to) move(to);
});
$("halt").addEventListener("click", () => { post("/api/clock/halt", {}).catch(() => null); });
$("train").addEventListener("click", async () => {
  $("train").disabled = true;
  $("trained").textContent = "Đang tạo hồ sơ để tập…";
  const result = await post("/api/training", {}).catch(() => ({ error: "Hệ thống không trả lời, xin thử lại." }));
  $("trained").textContent = result.words ?? result.error;
  $("train").disabled = false;
});
$("custom").addEventListener("submit", (submit) => {
  submit.preventDefault();
  move($("to").value);
});
$("chips").addEventListener("click", (click) => {
  const kind = click.target.dataset.kind;
  if (!kind) return;
  for (const chip of $("chips").children) chip.setAttribute("aria-pressed", String(chip === click.target));
  $("feed").dataset.only = kind;
});
setInterval(() => { if (!moving) showTime(now()); }, 250);
refresh().then(() => { $("to").value = inHanoi(now() + 24 * HOUR).input; });
listen();
