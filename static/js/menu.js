// Disclosures marked data-open-wide are open beside a wide page and folded on a phone.
// The style sheet does the same where it can; this is for browsers without ::details-content.
const wide = window.matchMedia("(min-width: 62.01rem)");

function follow() {
  for (const details of document.querySelectorAll("details[data-open-wide]")) {
    details.open = wide.matches;
  }
}

wide.addEventListener("change", follow);
follow();
