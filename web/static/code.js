// Marks the lines of #L10-L20 and brings them into view; a click on a number marks that line.

const region = document.querySelector(".file");

function named() {
  const match = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
  if (!match) return null;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  return first <= last ? [first, last] : [last, first];
}

function mark() {
  const lines = named();
  if (!lines) return;
  for (const old of region.querySelectorAll(".marked")) old.classList.remove("marked");
  for (let number = lines[0]; number <= lines[1]; number++) {
    const line = document.getElementById(`L${number}`);
    if (!line) break;
    line.classList.add("marked");
  }
}

function reveal() {
  const first = region.querySelector(".marked");
  if (!first) return;
  const top = first.getBoundingClientRect().top + scrollY - innerHeight / 3;
  scrollTo({ top, behavior: "instant" });
}

region.addEventListener("click", (event) => {
  const number = event.target.closest("a.num");
  if (!number) return;
  event.preventDefault();
  const clicked = Number(number.textContent);
  const from = event.shiftKey && named() ? named()[0] : clicked;
  const [first, last] = [Math.min(from, clicked), Math.max(from, clicked)];
  history.replaceState(null, "", first === last ? `#L${first}` : `#L${first}-L${last}`);
  mark();
});

addEventListener("hashchange", () => {
  mark();
  reveal();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".ways a").click();
});
mark();
reveal();

// What is known of the file, when somebody wants to know: a worker may have to find it out.

const about = document.getElementById("about");

async function tell() {
  const known = document.getElementById("known");
  const link = known.innerHTML;
  known.textContent = "Looking …";
  try {
    const response = await fetch(about.dataset.facts, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    known.innerHTML = await response.text();
  } catch {
    known.innerHTML = link;
    about.addEventListener("toggle", tell, { once: true });
  }
}

about?.addEventListener("toggle", tell, { once: true });
