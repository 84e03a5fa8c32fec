// Keeps a part of the page up to date while somebody looks at it: the same address is asked
// again and what differs is put in place. Focus and selection stay where they are.
"use strict";

const part = document.querySelector("[data-live]");
const pause = Number(part.dataset.live) * 1000;

async function refresh() {
  if (document.hidden || part.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
}

setInterval(() => refresh().catch(() => undefined), pause);
document.addEventListener("visibilitychange", () => refresh().catch(() => undefined));
