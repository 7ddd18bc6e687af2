// A comfort only: the page's own link does the same.
const renew = async () => {
  const part = document.querySelector("[data-renew]");
  if (!part) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part.id);
    if (answer.ok && fresh) {
      if (!fresh.dataset.renew) { location.reload(); return; }
      part.replaceWith(document.adoptNode(fresh));
    }
  } catch { /* the line is down: the next try may do */ }
  setTimeout(renew, 1000);
};
setTimeout(renew, 1000);
