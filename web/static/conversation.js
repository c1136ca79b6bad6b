// Asks without leaving the page, follows answers while they are made, and listens to the keyboard.

const form = document.getElementById("ask");
const question = document.getElementById("question");
const exchanges = document.getElementById("exchanges");
const wrong = document.getElementById("wrong");
const heard = document.getElementById("heard");

// Asking

async function ask(text) {
  show("");
  const article = draw(text);
  question.value = "";
  grow();
  const conversation = form.elements.conversation_id.value;
  const body = { repo_id: Number(form.dataset.repository), question: text };
  if (conversation) body.conversation_id = conversation;
  try {
    const answer = await post("/chat", body, { Prefer: "respond-async" });
    remember(answer, conversation === "");
    follow(article, answer.answer_id);
  } catch (error) {
    article.remove();
    question.value = text;
    grow();
    show(error.message);
  }
}

async function post(url, body, headers = {}) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("Ponder cannot be reached; is it still running?");
  }
  const said = await response.json();
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(said.detail);
  return said;
}

function draw(text) {
  const invitation = document.getElementById("invitation");
  if (invitation) {
    // Its heading stays the page's, unseen.
    const heading = invitation.querySelector("h1");
    heading.className = "hidden";
    invitation.replaceWith(heading);
  }
  const article = document.getElementById("pending").content.firstElementChild.cloneNode(true);
  article.querySelector("h2").textContent = text;
  exchanges.append(article);
  article.scrollIntoView({ block: "start", behavior: motion() });
  return article;
}

function remember(answer, isNew) {
  form.elements.conversation_id.value = answer.conversation_id;
  question.placeholder = "Ask a follow-up";
  if (!isNew) return;
  const place = `/repositories/${answer.repo_id}/conversations/${answer.conversation_id}`;
  history.pushState(null, "", place);
  document.querySelector(".history [aria-current]")?.removeAttribute("aria-current");
  const link = document.createElement("a");
  link.href = place;
  link.setAttribute("aria-current", "page");
  const asked = document.createElement("span");
  asked.className = "asked";
  asked.textContent = answer.question;
  const when = document.createElement("span");
  when.className = "soft";
  when.textContent = "just now";
  link.append(asked, when);
  const item = document.createElement("li");
  item.append(link);
  document.getElementById("recent").prepend(item);
}

function show(message) {
  wrong.textContent = message;
  wrong.hidden = message === "";
}

// Following: the server renders, and the browser connects again by itself when a stream breaks.

function follow(article, answerId) {
  const source = new EventSource(`/answers/${answerId}/stream?view=html`);
  const hear = (type, act) => source.addEventListener(type, (event) => act(JSON.parse(event.data)));
  hear("status", ({ text }) => {
    article.querySelector(".thinking span").textContent = text;
    heard.textContent = text;
  });
  hear("draft", ({ html }) => {
    article.querySelector(".answer").innerHTML = html;
  });
  source.addEventListener("error", () => {
    // Where it only broke, the browser is connecting again already.
    if (source.readyState !== EventSource.CLOSED) return;
    article.querySelector(".thinking span").textContent =
      "The connection is lost; reload the page to see the answer.";
  });
  hear("finished", ({ html }) => {
    source.close();
    const finished = new DOMParser().parseFromString(html, "text/html").querySelector("article");
    article.replaceWith(finished);
    const sources = finished.querySelectorAll(".source").length;
    heard.textContent = `The answer is ready, with ${sources} source${sources === 1 ? "" : "s"}.`;
  });
}

if (!location.hash && exchanges.children.length > 1) {
  exchanges.lastElementChild.scrollIntoView({ block: "start", behavior: "instant" });
}

for (const article of document.querySelectorAll("[data-pending]")) {
  follow(article, article.dataset.answer);
}

// Voting

exchanges.addEventListener("click", (event) => {
  const button = event.target.closest(".vote");
  if (!button) return;
  const article = button.closest("article");
  const isOn = button.getAttribute("aria-pressed") === "true";
  const vote = isOn ? 0 : Number(button.dataset.vote);
  const note = article.querySelector(".why-not");
  note.hidden = vote !== -1;
  send(article, vote, "");
});

exchanges.addEventListener("submit", (event) => {
  event.preventDefault();
  const article = event.target.closest("article");
  send(article, -1, event.target.elements.note.value).then(() => {
    event.target.hidden = true;
  });
});

async function send(article, vote, note) {
  const thanks = article.querySelector(".thanks");
  try {
    await post("/feedback", { answer_id: article.dataset.answer, vote, note });
  } catch (error) {
    thanks.textContent = error.message;
    return;
  }
  for (const button of article.querySelectorAll(".vote")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.vote) === vote));
  }
  thanks.textContent = vote === 0 ? "" : "Thank you. Ponder learns from this.";
}

// The keyboard

const motion = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

function step(by) {
  const focused = document.activeElement.closest(".source");
  const article = focused?.closest("article") ?? exchanges.lastElementChild;
  const links = [...(article?.querySelectorAll(".source > a") ?? [])];
  if (links.length === 0) return;
  const from = links.indexOf(focused?.querySelector("a"));
  const to = from === -1 ? (by > 0 ? 0 : links.length - 1) : from + by;
  links[Math.max(0, Math.min(to, links.length - 1))].focus();
}

const isTyping = (target) => target.closest("input, textarea, select") !== null;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (isTyping(event.target)) event.target.blur();
    else question?.focus();
  } else if (isTyping(event.target)) {
    return;
  } else if (event.key === "/" && question) {
    event.preventDefault();
    question.focus();
  } else if (event.key === "j") {
    step(1);
  } else if (event.key === "k") {
    step(-1);
  }
});

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = question.value.trim();
    if (text) ask(text);
  });
  question.addEventListener("input", grow);
  question.addEventListener("keydown", (event) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const example of document.querySelectorAll(".example")) {
    example.addEventListener("click", () => {
      question.value = example.textContent;
      grow();
      question.focus();
    });
  }
  if (!matchMedia("(pointer: coarse)").matches && !location.hash) question.focus({ preventScroll: true });
}

// Wide screens show the list of conversations beside the thread.
const wide = matchMedia("(min-width: 68rem)");
const unfold = () => {
  document.getElementById("history").open = wide.matches;
};
wide.addEventListener("change", unfold);
unfold();

addEventListener("popstate", () => location.reload());
