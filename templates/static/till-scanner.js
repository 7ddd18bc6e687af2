// A scanner types like a keyboard: a burst of keys, then Enter. It is caught wherever the focus is,
// and read from the keys' places (event.code), because an input method swallows or pairs letters.
// A burst in which an input method had a hand is refused aloud, never guessed.
(() => {
  const GAP_MS = 50, LEAST = 4;
  const SHIFTED = {
    Digit1: "!", Digit2: "@", Digit3: "#", Digit4: "$", Digit5: "%", Digit6: "^", Digit7: "&",
    Digit8: "*", Digit9: "(", Digit0: ")", Minus: "_", Equal: "+", BracketLeft: "{",
    BracketRight: "}", Backslash: "|", Semicolon: ":", Quote: '"', Comma: "<", Period: ">",
    Slash: "?", Backquote: "~",
  };
  const PLAIN = {
    Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", Semicolon: ";",
    Quote: "'", Comma: ",", Period: ".", Slash: "/", Backquote: "`", Space: " ",
    NumpadDivide: "/", NumpadMultiply: "*", NumpadSubtract: "-", NumpadAdd: "+", NumpadDecimal: ".",
  };
  const SILENT = /^(Shift|Control|Alt|Meta|CapsLock|NumLock)/;

  const read = (event) => {
    const { code, shiftKey } = event;
    if (/^Numpad\d$/.test(code)) return code.slice(6);
    if (shiftKey && SHIFTED[code]) return SHIFTED[code];
    if (/^Digit\d$/.test(code)) return code.slice(5);
    if (/^Key[A-Z]$/.test(code)) {
      const upper = shiftKey !== event.getModifierState("CapsLock");
      return upper ? code.slice(3) : code.slice(3).toLowerCase();
    }
    return PLAIN[code] ?? null;
  };

  let burst = "", tainted = false, last = 0, field = null, before = "";

  const begin = () => {
    burst = "";
    tainted = false;
    field = document.activeElement?.matches("input") ? document.activeElement : null;
    before = field ? field.value : "";
  };

  const end = (event) => {
    const text = burst, wrong = tainted;
    if (text.length < LEAST) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (field) field.value = before; // its keys reached the field too
    const name = wrong ? "till:misread" : "till:scan";
    document.dispatchEvent(new CustomEvent(name, { detail: text }));
  };

  document.addEventListener("keydown", (event) => {
    if (SILENT.test(event.code)) return;
    const composed = event.keyCode === 229 || event.isComposing || event.code === "";
    const ends = event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab";
    if (!composed && (event.ctrlKey || event.altKey || event.metaKey)) return;
    const close = event.timeStamp - last <= GAP_MS;
    last = event.timeStamp;
    if (ends) {
      if (close) end(event);
      burst = "";
      return;
    }
    const sign = read(event);
    if (sign === null && !composed) { burst = ""; return; }
    if (!close || burst === "") begin();
    tainted ||= composed;
    burst += sign ?? "?";
  }, true);
})();
