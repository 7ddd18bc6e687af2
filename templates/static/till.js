// The till without reloads: keys and scans are sent in their order, and the part that changed is
// put in place. Every form works without this file too.
(() => {
  const part = document.getElementById("part");
  const bar = document.getElementById("bar");
  if (!part || !bar) return;
  const counter = part.classList.contains("counter");

  let sounds = null;
  const beep = (times) => {
    sounds ??= new AudioContext();
    for (let n = 0; n < times; n += 1) {
      const tone = sounds.createOscillator();
      tone.frequency.value = 330;
      tone.connect(sounds.destination);
      tone.start(sounds.currentTime + n * 0.25);
      tone.stop(sounds.currentTime + n * 0.25 + 0.15);
    }
  };

  const say = (words) => {
    const said = document.getElementById("said");
    if (!said) return;
    const notice = document.createElement("div");
    notice.className = "notice notice-bad";
    notice.textContent = words;
    said.replaceChildren(notice);
    beep(2);
  };

  const settle = () => {
    document.querySelector("#basket .lit")?.scrollIntoView({ block: "nearest" });
    const typing = part.querySelector("[autofocus]");
    (typing ?? part).focus({ preventScroll: true });
  };

  const swap = (html, failed) => {
    part.innerHTML = html;
    settle();
    if (failed) beep(2);
  };

  // One after the other: two scans in a row are two pieces, whatever the answers take.
  let chain = Promise.resolve();
  const send = (action, fields) => {
    chain = chain.then(async () => {
      const page = location.pathname;
      const answer = await fetch(action, {
        method: "POST", body: fields, headers: { "X-Till-Part": page }, redirect: "error",
      });
      swap(await answer.text(), !answer.ok);
      await look();
    }).catch(() => say(part.dataset.gone));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-swap]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form.action, new URLSearchParams(new FormData(form, event.submitter)));
  }, true);

  document.addEventListener("till:scan", (event) => {
    if (counter) send("/scan", new URLSearchParams({ code: event.detail }));
    else sessionStorage.setItem("scanned", event.detail), location.assign("/");
  });
  document.addEventListener("till:misread", () => say(part.dataset.ime));

  document.addEventListener("keydown", (event) => {
    if (!/^(F([1-9]|1[0-2])|Escape)$/.test(event.key)) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const keys = [...document.querySelectorAll(`[data-key="${event.key}"]`)];
    const shown = keys.filter((key) => key.checkVisibility());
    if (/^F/.test(event.key)) event.preventDefault(); // F5 is a key of the till, not a reload
    const asked = event.key === "Escape" && part.querySelector(".void[open]");
    if (asked) asked.open = false;
    if (event.repeat || asked || shown.length === 0) return;
    shown[shown.length - 1].click();
  });

  const look = async () => {
    const answer = await fetch("/bar", { redirect: "error" });
    if (!answer.ok) return;
    const html = await answer.text();
    if (bar.dataset.last === html) return;
    bar.dataset.last = html;
    bar.innerHTML = html;
  };
  const refresh = async () => {
    if (!counter || part.contains(document.activeElement) && document.activeElement !== part) return;
    const state = part.querySelector("[data-print]");
    if (!state || ["confirmed", "failed"].includes(state.dataset.print)) return;
    const answer = await fetch("/", { headers: { "X-Till-Part": "/" }, redirect: "error" });
    if (answer.ok && part.querySelector("[data-print]")) swap(await answer.text(), false);
  };
  setInterval(() => { chain = chain.then(look).then(refresh).catch(() => say(part.dataset.gone)); }, 1000);

  const scanned = sessionStorage.getItem("scanned");
  sessionStorage.removeItem("scanned");
  settle();
  if (counter && scanned) send("/scan", new URLSearchParams({ code: scanned }));
})();
