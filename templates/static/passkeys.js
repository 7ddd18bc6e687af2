// Passkeys: what only a script can ask of a browser.  Without it the form stays hidden, and the
// password signs in.  The answer travels as a field of the form, so the server's words come as
// they do for every form.
const toBytes = (words) => Uint8Array.from(
  atob(words.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toWords = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// The server's JSON has binary parts as base64url; the browser wants bytes, and gives bytes.
function asked(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    for (const known of options[name] ?? []) known.id = toBytes(known.id);
  }
  return { publicKey: options };
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toWords(credential.response[name]);
  }
  return JSON.stringify(
    { id: credential.id, rawId: toWords(credential.rawId), type: credential.type, response });
}

class Told extends Error {
  constructor(problem) { super(problem.title); this.problem = problem; }
}

async function begin(form) {
  const answer = await fetch(form.dataset.begin, {
    method: "POST",
    headers: { "Accept": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    redirect: "error",
  });
  const content = await answer.json();
  if (!answer.ok) throw new Told(content);
  return asked(content);
}

function show(form, error) {
  const create = form.dataset.passkey === "create";
  const names = {
    NotAllowedError: create ? "cancelled_add" : "cancelled_sign_in",
    AbortError: create ? "cancelled_add" : "cancelled_sign_in",
    InvalidStateError: create ? "known" : "browser",
    TypeError: "unreachable", // fetch says so when nobody answers
    SyntaxError: "unreachable", // nor was it our server that answered
  };
  const name = error instanceof Told ? "server" : names[error.name] ?? "browser";
  const words = form.querySelector(`[data-mishap="${name}"]`);
  if (name === "server") {
    const { title, detail, next } = error.problem;
    words.querySelector("strong").textContent = title;
    words.querySelector("span").textContent = [detail, next].join(" ");
  }
  words.hidden = false;
}

async function ask(form) {
  for (const words of document.querySelectorAll("[data-mishap], [data-answered]")) words.hidden = true;
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    const options = await begin(form);
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = told(credential);
    HTMLFormElement.prototype.submit.call(form);
  } catch (error) {
    button.removeAttribute("aria-busy");
    show(form, error);
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const none of document.querySelectorAll("[data-no-passkeys]")) none.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.querySelector("button[aria-busy]")) ask(form);
    });
  }
}
