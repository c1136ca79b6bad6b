// Findings: verdicts without leaving the page, code to copy, and a word when there is something new.

const facets = document.getElementById("facets");

// Verdicts: the form is sent as it is, and the finding's part of the page that comes back is shown.

async function send(form, button) {
  const article = form.closest(".finding");
  const wrong = form.querySelector(".wrong");
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", button.value);
  button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok) throw new Error(page.querySelector("main p:not(.code-number)")?.textContent ?? "It could not be kept.");
    show(article, page, button.value);
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
    button.disabled = false;
  }
}

function show(article, page, act) {
  const fresh = page.querySelector(".finding");
  for (const part of [".tags", ".verdict", ".checks"]) {
    const [old, now] = [article.querySelector(part), fresh.querySelector(part)];
    if (old && now) old.replaceWith(now);
  }
  article.toggleAttribute("data-unread", fresh.hasAttribute("data-unread"));
  const again = article.querySelector(`.verdict [value="${act}"]`) ?? article.querySelector(".verdict button");
  again?.focus();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".verdict")) return;
  event.preventDefault();
  // Enter in the reason means the first thing that a reason is for.
  const button = event.submitter ?? event.target.querySelector("[value=dismissed]");
  send(event.target, button);
});

// What somebody opened was read; the tag stays until the page is loaded again.

async function read(article) {
  if (!article?.hasAttribute("data-unread") || !article.querySelector(".verdict")) return;
  article.removeAttribute("data-unread");
  const action = article.querySelector(".verdict").action;
  await fetch(action, { method: "POST", body: new URLSearchParams({ act: "read" }), redirect: "manual" });
}

document.addEventListener("toggle", ({ target }) => {
  if (target.matches(".shows") && target.open) read(target.closest(".finding"));
}, true);
read(document.querySelector(".one-finding .finding"));

// Code to copy

function copyable(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
  });
  block.before(button);
}

document.querySelectorAll(".copyable").forEach(copyable);

// The keyboard: j and k through the findings, Enter opens.

const isTyping = (target) => target.closest("input, textarea, select") !== null;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find").focus();
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll(".finding h3 a")];
    const from = links.indexOf(document.activeElement.closest(".finding")?.querySelector("h3 a"));
    const to = from === -1 ? 0 : from + (event.key === "j" ? 1 : -1);
    links[Math.max(0, Math.min(to, links.length - 1))]?.focus();
  }
});

// News: what is found now comes first. The browser keeps what somebody reads where it is. Where the
// page shows no news, or there are too many, a link offers them.

const fresh = document.getElementById("fresh");
const news = document.getElementById("news");
const MOST_NEWS = 40;
let told = 0;

function offer() {
  fresh.querySelector("a").href = location.href;
  fresh.hidden = false;
}

addEventListener("found", ({ detail }) => {
  if (document.getElementById(`finding-${detail.fingerprint}`)) return;
  if (new URLSearchParams(location.search).has("page") || told === MOST_NEWS) return offer();
  told += 1;
  const made = document.createElement("template");
  made.innerHTML = detail.html;
  made.content.querySelectorAll(".copyable").forEach(copyable);
  news.querySelector("h2").after(made.content);
  news.hidden = false;
  document.querySelector(".findings > .nothing")?.remove();
  document.getElementById("total").innerHTML = detail.total;
  document.getElementById("announced").textContent = `Found just now: ${detail.message}`;
});

const wide = matchMedia("(min-width: 60rem)");
const unfold = () => {
  if (!facets) return;
  facets.open = wide.matches;
  facets.dataset.folds = "";
};
wide.addEventListener("change", unfold);
unfold();
