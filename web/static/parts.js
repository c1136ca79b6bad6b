// Parts of a page that are fetched anew whenever the repository's state changes.

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const old of document.querySelectorAll("[data-part]")) {
    const now = page.getElementById(old.id);
    if (!now || old.outerHTML === now.outerHTML) continue;
    // Whoever opened something, or stands on something, finds it so again.
    for (const [n, details] of old.querySelectorAll("details").entries()) {
      const same = now.querySelectorAll("details")[n];
      if (same) same.open = details.open;
    }
    const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    old.replaceWith(now);
    if (focused) now.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

// No more than once in a while, however fast runs end; the last change is always shown.
const PAUSE = 1500;
let waiting = null;
let at = -PAUSE;

addEventListener("stood", () => {
  if (waiting !== null) return;
  waiting = setTimeout(() => {
    waiting = null;
    at = performance.now();
    refresh().catch(() => {
      // The server may be restarting; the next change finds it.
    });
  }, Math.max(0, at + PAUSE - performance.now()));
});
