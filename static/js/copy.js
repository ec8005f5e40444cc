// A button that copies a text to the letter, and says so. Without it the text is there to be marked by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "写しました。";
    } catch {
      text.focus();
      text.select();
      said.textContent = "本文を選びました。Ctrlキーを押しながらCキーを押してください。";
    }
  });
}
