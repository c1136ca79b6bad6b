// The keyboard on the search page, and facets that stay open where there is room for them.

const query = document.getElementById("query");
const facets = document.getElementById("facets");

function step(by) {
  const links = [...document.querySelectorAll(".places .source > a")];
  if (links.length === 0) return;
  const from = links.indexOf(document.activeElement.closest(".source")?.querySelector("a"));
  const to = from === -1 ? (by > 0 ? 0 : links.length - 1) : from + by;
  links[Math.max(0, Math.min(to, links.length - 1))].focus();
}

const isTyping = (target) => target.closest("input, textarea, select") !== null;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (isTyping(event.target)) event.target.blur();
    else query.focus();
  } else if (isTyping(event.target)) {
    if (event.key === "ArrowDown") step(1);
  } else if (event.key === "/") {
    event.preventDefault();
    query.select();
  } else if (event.key === "j") {
    step(1);
  } else if (event.key === "k") {
    step(-1);
  }
});

// What is searched for anew is searched everywhere: the choices were made for the old words.
query.form.addEventListener("submit", () => {
  if (query.value.trim() === query.defaultValue.trim()) return;
  for (const choice of query.form.querySelectorAll("input[type=hidden]")) choice.disabled = true;
});

if (!query.value && !matchMedia("(pointer: coarse)").matches) query.focus({ preventScroll: true });

const wide = matchMedia("(min-width: 60rem)");
const unfold = () => {
  if (!facets) return;
  facets.open = wide.matches;
  facets.dataset.folds = "";
};
wide.addEventListener("change", unfold);
unfold();
