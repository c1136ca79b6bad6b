// The line that says how a repository stands. The page hears of changes as an event, `stood`.
// Only the page that is looked at listens: a browser has few connections to one server.

const line = document.getElementById("line");
const unread = document.getElementById("unread");
let source = null;
let stamp = null;

function heard({ html, unread: count, stamp: now }) {
  if (line.innerHTML !== html) line.innerHTML = html;
  unread.firstChild.textContent = count;
  unread.hidden = count === 0;
  const isNews = stamp !== null && stamp !== now;
  stamp = now;
  line.dataset.heard = "yes";
  if (isNews) dispatchEvent(new CustomEvent("stood", { detail: { unread: count } }));
}

function listen() {
  if (source !== null || document.hidden) return;
  source = new EventSource(line.dataset.live);
  source.addEventListener("line", (event) => heard(JSON.parse(event.data)));
}

function rest() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
addEventListener("pagehide", rest);
addEventListener("pageshow", listen);
if (line) listen();
