/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the head: what would make the page jump or flash if it came after the first paint.
const root = document.documentElement;
root.classList.add("scripted");
try {
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset["theme"] = theme;
} catch {
  // A page opened as a file may have no storage.
}

// A style sheet's font is taken up late, even from a data address, and the headline would break its lines anew;
// a font made of bytes is there at once.
const source = (document.styleSheets[0]!.cssRules[0] as CSSFontFaceRule).style.getPropertyValue("src");
const bytes = Uint8Array.from(atob(/base64,([^"')]+)/.exec(source)?.[1] ?? ""), (character) =>
  character.charCodeAt(0),
);
document.fonts.add(new FontFace("Libre Franklin", bytes, { weight: "100 900" }));

// A page outlives its data: it tells its age itself, also when it is never made again.
const today = new Date().toISOString().slice(0, 10);
for (const day of (root.dataset["staleAfter"] ?? "").split(" ")) {
  if (day && day < today)
    document.styleSheets[0]!.insertRule(`.later[data-after="${day}"] { display: block }`);
}
export {};
