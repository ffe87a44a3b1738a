/// <reference lib="dom" />
// Runs in the head: what would make the page jump or flash if it came after the first paint.
const root = document.documentElement;
root.classList.add("scripted");
try {
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset["theme"] = theme;
} catch {
  // A page opened as a file may have no storage.
}
// A page outlives its data: it tells its age itself, also when it is never made again.
const today = new Date().toISOString().slice(0, 10);
for (const day of (root.dataset["staleAfter"] ?? "").split(" ")) {
  if (day && day < today) document.styleSheets[0]!.insertRule(`[data-after="${day}"] { display: block }`);
}
export {};
