const phone = document.querySelector(".phone");
const user = encodeURIComponent(phone.dataset.user);
const chat = document.getElementById("chat");
const notice = document.getElementById("notice");
const text = document.getElementById("text");
const seen = new Set([...chat.querySelectorAll("[data-seq]")].map((row) => row.dataset.seq));

function markDays() {
  chat.querySelectorAll(".day").forEach((mark) => mark.remove());
  let day = "";
  for (const row of chat.querySelectorAll("[data-day]")) {
    if (row.dataset.day !== day) {
      day = row.dataset.day;
      const mark = document.createElement("div");
      mark.className = "day";
      mark.textContent = day;
      row.before(mark);
    }
  }
}

function toEnd() {
  chat.scrollTop = chat.scrollHeight;
}

function say(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

async function act(step, options) {
  try {
    const response = await fetch(`/sim/users/${user}/${step}`, { method: "POST", ...options });
    if (!response.ok) {
      say("Không gửi được: nội dung không hợp lệ.");
      return false;
    }
    const delivery = await response.json();
    say(delivery.delivered ? "" : "Hệ thống chưa nhận được, Zalo sẽ tự gửi lại.");
    return true;
  } catch {
    say("Mất kết nối tới Zalo mô phỏng.");
    return false;
  }
}

const actJson = (step, body) =>
  act(step, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const stream = new EventSource(`/phone/stream?user=${user}&after=${phone.dataset.after}`);
stream.addEventListener("message", (event) => {
  const holder = document.createElement("template");
  holder.innerHTML = JSON.parse(event.data).html.trim();
  const row = holder.content.firstElementChild;
  if (seen.has(row.dataset.seq)) return;
  seen.add(row.dataset.seq);
  document.getElementById("hello").hidden = true;
  chat.append(row);
  markDays();
  toEnd();
  row.querySelectorAll("img").forEach((picture) => picture.addEventListener("load", toEnd));
});
stream.addEventListener("reset", () => location.reload());

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

document.getElementById("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  fit();
  if (!(await actJson("text", { text: words })) && !text.value) text.value = words;
});
text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.getElementById("picture-file").addEventListener("change", async (event) => {
  const body = new FormData();
  body.append("file", event.target.files[0]);
  event.target.value = "";
  await act("image", { body });
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open).showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  const link = event.target.closest("[data-link]");
  if (link) {
    link.closest("dialog").close();
    actJson("image", { url: new URL(link.dataset.link, location.href).href });
  }
  const place = event.target.closest("[data-latitude]");
  if (place) {
    place.closest("dialog").close();
    actJson("location", { latitude: Number(place.dataset.latitude), longitude: Number(place.dataset.longitude) });
  }
});
document.getElementById("coordinates").addEventListener("submit", (event) => {
  const form = new FormData(event.target);
  actJson("location", { latitude: Number(form.get("latitude")), longitude: Number(form.get("longitude")) });
});
document.getElementById("contact-form").addEventListener("submit", async (event) => {
  const form = Object.fromEntries(new FormData(event.target));
  const number = form.phone.replace(/^0/, "84");
  const place = { user_city: "Hà Nội", user_ward: form.ward, user_address: form.address };
  if (await actJson("submit_info", { name: form.name, phone: number, full_address: place })) {
    if (notice.hidden) say("Đã chia sẻ thông tin liên hệ.");
  }
});

const follow = document.getElementById("follow");
follow.addEventListener("click", async () => {
  const following = follow.getAttribute("aria-pressed") === "true";
  if (await act(following ? "unfollow" : "follow")) {
    follow.setAttribute("aria-pressed", String(!following));
  }
});

markDays();
toEnd();
