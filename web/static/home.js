// Keeps the list of repositories up to date while an index is under way.

const list = document.getElementById("repositories");
const heard = document.getElementById("heard");

const isBusy = () => list.querySelector(".indexing, .waiting") !== null;

async function refresh() {
  const response = await fetch("/repositories");
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const rows = [...fresh.querySelectorAll("li.repository")];
  for (const row of rows) {
    const old = document.getElementById(row.id);
    if (old === null) list.append(row);
    else if (old.outerHTML !== row.outerHTML) replace(old, row);
  }
  const ids = new Set(rows.map((row) => row.id));
  for (const old of [...list.children]) if (!ids.has(old.id)) old.remove();
}

function replace(old, row) {
  if (old.dataset.state !== row.dataset.state) announce(row);
  const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  old.replaceWith(row);
  if (focused) row.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
}

function announce(row) {
  const said = { ready: "is ready", failed: "could not be indexed" }[row.dataset.state];
  if (said) heard.textContent = `${row.dataset.name} ${said}.`;
}

async function watch() {
  try {
    if (!document.hidden) await refresh();
  } catch {
    // The server may be restarting; the next round finds it.
  }
  setTimeout(watch, isBusy() ? 1000 : 10000);
}

if (list) setTimeout(watch, isBusy() ? 1000 : 10000);
