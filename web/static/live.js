// The line that says how a repository stands. The page hears of changes as an event, `stood`.
// Only the page that is looked at listens: a browser has few connections to one server.

const line = document.getElementById("line");
const unread = document.getElementById("unread");
let source = null;
let stamp = null;
let after = null;

function heard({ html, unread: count, badge, stamp: now }) {
  if (line.innerHTML !== html) line.innerHTML = html;
  unread.firstChild.textContent = badge;
  unread.hidden = count === 0;
  const isNews = stamp !== null && stamp !== now;
  stamp = now;
  line.dataset.heard = "yes";
  if (isNews) dispatchEvent(new CustomEvent("stood", { detail: { unread: count } }));
}

function listen() {
  if (source !== null || document.hidden) return;
  const url = new URL(line.dataset.live, location.href);
  if (after !== null) url.searchParams.set("after", after);
  source = new EventSource(url);
  source.addEventListener("line", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("finding", (event) => {
    const detail = JSON.parse(event.data);
    after = detail.after;
    dispatchEvent(new CustomEvent("found", { detail }));
  });
}

function rest() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
addEventListener("pagehide", rest);
addEventListener("pageshow", listen);
if (line) listen();
