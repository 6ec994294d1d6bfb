// Small comforts on top of pages that work without them: times in the reader's own zone, "/" to search, a word when
// a page can no longer look again, and a question before leaving a form that was changed. It never sends anything.
(() => {
  const clock = { hour: "2-digit", minute: "2-digit" };
  const hour = new Intl.DateTimeFormat(undefined, clock);
  const thisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", ...clock });
  const written = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", ...clock });

  // As short as can be told apart: "today, 16:05", "yesterday, 16:05", "24 Nov, 16:05", "24 Nov 2025, 16:05".
  const inWords = (at) => {
    const now = new Date();
    const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    if (at.toDateString() === now.toDateString()) return `today, ${hour.format(at)}`;
    if (at.toDateString() === before.toDateString()) return `yesterday, ${hour.format(at)}`;
    return (at.getFullYear() === now.getFullYear() ? thisYear : written).format(at);
  };

  const localise = (root) => {
    for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.title = time.textContent;
      time.textContent = inWords(at);
      time.dataset.local = "";
    }
  };

  localise(document);
  document.addEventListener("htmx:after:swap", () => localise(document));

  // A page that looks again by itself says so when it no longer can: what is old must not look fresh.
  document.addEventListener("htmx:finally:request", (event) => {
    if (!event.target.closest?.("[data-live]")) return;
    document.body.toggleAttribute("data-stale", !event.detail.ctx.response?.raw?.ok);
  });

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = document.querySelector("input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  let changed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) changed = true;
  });
  document.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
