// Keys of the review screens: J K V G A R ? Esc. No key decides anything: A only moves to the button.
// Off while a control has the focus, and off for a person who has switched them off (kept in this browser).
const help = document.getElementById("keys");
const box = document.getElementById("keys-on");
const setting = `review-keys-off-${help.dataset.person}`;
const CONTROLS = "input, textarea, select, button, [contenteditable]";

function isOn() {
  return localStorage.getItem(setting) === null;
}

function show() {
  box.checked = isOn();
  for (const hint of document.querySelectorAll("[data-keys]")) {
    hint.hidden = !isOn();
  }
}

function neighbour(step) {
  const rows = [...document.querySelectorAll(".queue a")];
  const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
  return rows[here === -1 ? (step > 0 ? 0 : -1) : here + step];
}

function moveTo(target) {
  if (!target) return;
  if (!target.matches(`a[href], summary, ${CONTROLS}`)) target.tabIndex = -1;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

function close() {
  document.activeElement?.blur();
  for (const opened of document.querySelectorAll(".bar__more[open], #keys[open]")) opened.open = false;
}

const acts = {
  j: () => neighbour(1)?.click(),
  k: () => neighbour(-1)?.click(),
  v: () => document.querySelector("[data-key=view]")?.click(),
  g: () => moveTo(document.getElementById("gates")),
  a: () => moveTo(document.querySelector("[data-key=pass]")),
  r: () => {
    const form = document.getElementById("return");
    if (!form) return;
    form.open = true;
    moveTo(form.querySelector("textarea"));
  },
  "?": () => {
    help.open = true;
    moveTo(help.querySelector("summary"));
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return close();
  const act = acts[event.key.toLowerCase()];
  if (!act || !isOn() || document.activeElement?.matches(CONTROLS)) return;
  event.preventDefault();
  act();
});

box.addEventListener("change", () => {
  if (box.checked) localStorage.removeItem(setting);
  else localStorage.setItem(setting, "1");
  show();
});

help.hidden = false;
show();
