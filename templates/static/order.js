// The order page moves by itself: asked for again while something may happen, shown where it differs.
// Without this file the page has a link that loads it again.
const SOONEST_MS = 1000, LATEST_MS = 20000;
let pause = SOONEST_MS, timer = 0;

const words = (page) => [...page.querySelectorAll(".step-now")].map((step) => step.textContent.replace(/\s+/g, " ").trim()).join(" ");
const state = (page) => [...page.querySelectorAll(".step-done .step-words, .step-now .step-words, [data-copy]")]
  .map((one) => one.dataset.copy ?? one.firstChild.textContent.trim()).join("|");

function show(fresh) {
  const before = state(document);
  if (state(fresh) === before) return false;
  document.querySelector(".order").replaceWith(fresh.querySelector(".order"));
  const bar = document.querySelector(".actions"), next = fresh.querySelector(".actions");
  if (bar && next) bar.replaceWith(next);
  else if (bar) bar.remove();
  else if (next) document.querySelector("main").after(next);
  document.getElementById("order-said").textContent = words(document);
  return true;
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const moved = show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    pause = moved ? SOONEST_MS : Math.min(pause * 1.2, LATEST_MS);
  } catch {
    pause = Math.min(pause * 2, LATEST_MS); // no line, or somebody else signed in: later again
  }
  later();
}

function later() {
  clearTimeout(timer);
  if (document.hidden || !document.querySelector(".order[data-moves]")) return;
  timer = setTimeout(look, pause);
}

document.addEventListener("visibilitychange", () => { pause = SOONEST_MS; later(); });
later();
