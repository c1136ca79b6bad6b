// Facts that nobody asked for before are found out by a worker, while the rest of the card is there.

const known = document.getElementById("known");

async function tell() {
  const link = known.innerHTML;
  known.textContent = "Looking …";
  try {
    const response = await fetch(known.dataset.facts, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    known.innerHTML = await response.text();
  } catch {
    known.innerHTML = link;
  }
}

if (known.dataset.facts) tell();
