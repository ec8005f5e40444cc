// The three-field form: Ctrl+Enter (or ⌘+Enter) in any field moves on to the confirmation; sent once.
const form = document.getElementById("disaster-form");
let isSent = false;

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
form?.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
window.addEventListener("pageshow", () => { isSent = false; });
