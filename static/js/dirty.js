// The composer: warns before typed words are left behind, sends a form once, and keeps the address of a draft
// that a refused press has already saved, so that reloading does not draft it again.
const form = document.getElementById("composer-form");
let isDirty = "unsaved" in form.dataset;
let isSent = false;

if (location.pathname !== form.dataset.address) history.replaceState(null, "", form.dataset.address);

form.addEventListener("input", () => { isDirty = true; });
form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
window.addEventListener("pageshow", () => { isSent = false; });
window.addEventListener("beforeunload", (event) => {
  if (isDirty && !isSent) event.preventDefault();
});
