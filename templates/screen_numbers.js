// Numbers: each leads to an entry that says of which cell it is. A table is one stop of the
// keyboard, with arrow keys within it, and so is a list of links; "Follow a number" goes through
// those of the text.

const register = one("noscript");
let read = null;

/** Return the entry of a number, by the id of its place in the register, which is read once. */
function entryOf(id) {
  read ??= new DOMParser().parseFromString(register.textContent, "text/html");
  const entry = read.getElementById(id);
  if (entry?.tagName !== "DD") return null;
  let row = entry, list = entry.parentElement;
  while (row.tagName !== "DT") row = row.previousElementSibling;
  const printed = entry.querySelector("b").textContent;
  return {
    printed,
    value: entry.querySelector("i")?.textContent ?? printed,
    column: entry.firstChild.textContent.trim(),
    row: row.textContent,
    table: list.previousElementSibling.textContent,
  };
}

// The trail lies beside the page where an image of its folder can be loaded; nothing else is asked.
// The public edition names no page of lineage, for that is not published.
const dialog = one("#origin");
const lineage = dialog.dataset.lineage;
let beside = false;
if (lineage) {
  const probe = new Image();
  probe.onload = () => { beside = true; };
  probe.src = lineage.replace("index.html", "trail.svg");
}

const quoted = (text) => (/^[\w./#-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
let opener = null;

function open(id, from, name) {
  const entry = entryOf(id);
  if (!entry) return;
  const command = `trialtrail trace ${quoted(`${entry.table}#${entry.row}/${entry.column}`)}`;
  const copy = make("button", { type: "button" }, words.copy);
  copy.addEventListener("click", () => {
    navigator.clipboard?.writeText(command).then(() => { copy.textContent = words.copied; }, () => {});
  });
  const close = make("button", { type: "button", class: "close" }, words.close);
  close.addEventListener("click", () => dialog.close());
  const facts = make("dl");
  for (const [term, text] of [["value", entry.value], ["table", entry.table], ["row", entry.row], ["column", entry.column]])
    facts.append(make("dt", {}, words[term]), make("dd", {}, text));
  if (lineage) facts.append(make("dt", {}, words.trace), make("dd", {}, make("code", {}, command), " ", copy));
  const way = beside && name
    ? make("a", { href: `${lineage}#number-${encodeURIComponent(name)}` }, words.lineage)
    : words.apart;
  dialog.replaceChildren(
    make("p", { class: "kind" }, words.origin),
    make("h2", { id: "origin-title", class: "plain", tabindex: "-1" }, entry.printed),
    facts, make("p", { class: "way" }, way), close,
  );
  opener = from;
  dialog.showModal();
  one("#origin-title").focus();
}
dialog.addEventListener("close", () => opener?.focus({ preventScroll: true }));
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

/** Return the id of a number's entry; one in a drawing is no link. */
const idOf = (element) => element.dataset.o ?? element.getAttribute("href").slice(1);
document.addEventListener("click", (event) => {
  const number = event.target.closest?.("[data-n]");
  if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(idOf(number), number, number.dataset.n);
});
function arrive() {
  const id = decodeURIComponent(location.hash.slice(1));
  const number = /^o\d+$/.test(id) && (one(`a[href="#${id}"]`) ?? one(`[data-o="${id}"]`));
  if (number) open(id, number, number.dataset.n);
}
addEventListener("hashchange", arrive);

// One stop a table or list of links: what was last used in it, or its first link.
const STOPS = "a[href], .sorter, .export";
const LISTS = ".side ol, main dl.checklist, main ol.references";
for (const link of all("main a[data-n]")) link.tabIndex = -1;
const blocks = all("main .scroll").filter((region) => one("table", region)).map((region) => {
  const tools = region.parentElement.querySelector(".table-tools");
  return [tools, region].filter(Boolean);
});
const blockOf = new Map();
const groups = blocks.map((parts) => parts.flatMap((part) => all(STOPS, part)));
groups.push(...all(LISTS).map((part) => all("a[href]:not([data-n])", part)));
for (const stops of groups) {
  stops.forEach((stop, place) => { stop.tabIndex = place ? -1 : 0; blockOf.set(stop, stops); });
}
// Sorting moves rows: the order is that in which they stand.
const inOrder = (stops) => [...stops].sort((a, b) => (a.compareDocumentPosition(b) & 4 ? -1 : 1))
  .filter((stop) => stop.offsetParent !== null);

function beyond(from, key, stops) {
  const ordered = inOrder(stops), at = ordered.indexOf(from);
  if (key === "Home") return ordered[0];
  if (key === "End") return ordered[ordered.length - 1];
  if (key === "ArrowRight" || key === "ArrowLeft") return ordered[at + (key === "ArrowRight" ? 1 : -1)];
  const cell = from.closest("td, th"), row = cell?.parentElement;
  if (!row) return ordered[at + (key === "ArrowDown" ? 1 : -1)];
  const rows = all("tr", row.closest("table")), step = key === "ArrowDown" ? 1 : -1;
  const x = cell.getBoundingClientRect().left;
  for (let y = rows.indexOf(row) + step; rows[y]; y += step) {
    const near = ordered.filter((stop) => rows[y].contains(stop));
    near.sort((a, b) => Math.abs(a.closest("td, th").getBoundingClientRect().left - x) - Math.abs(b.closest("td, th").getBoundingClientRect().left - x));
    if (near.length) return near[0];
  }
  return step < 0 ? ordered[0] : undefined;
}

// The numbers of the text and of the drawings, for the mode that goes through them.
const inText = all("main [data-n]").filter((number) => !number.closest("table"));
const button = one("#follow");
let going = false;
function go(number) {
  if (!number) return;
  if (number.dataset.o) number.setAttribute("tabindex", "-1");
  number.focus();
}
function end() {
  if (!going) return;
  going = false;
  say("");
}
button.addEventListener("click", () => {
  going = true;
  say(words.mode);
  const seen = inText.filter((number) => number.getBoundingClientRect().bottom > 60);
  go(seen[0] ?? inText[0]);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("svg [data-n]")) event.target.removeAttribute("tabindex");
});
document.addEventListener("keydown", (event) => {
  const from = document.activeElement;
  if (event.altKey || event.ctrlKey || event.metaKey || dialog.open) return;
  const stops = blockOf.get(from);
  const moves = /^(Arrow|Home$|End$)/.test(event.key);
  if (stops && moves) {
    const next = beyond(from, event.key, stops);
    event.preventDefault();
    if (!next) return;
    for (const stop of stops) stop.tabIndex = stop === next ? 0 : -1;
    next.focus();
  } else if (from.matches?.("main [data-n]") && !from.closest("table")) {
    const at = inText.indexOf(from);
    if (moves) {
      event.preventDefault();
      go({ ArrowRight: inText[at + 1], ArrowDown: inText[at + 1], ArrowLeft: inText[at - 1], ArrowUp: inText[at - 1], Home: inText[0], End: inText[inText.length - 1] }[event.key]);
    } else if (event.key === "Escape") {
      end();
      button.focus();
    } else if (event.key === "Enter" && from.dataset.o) {
      open(idOf(from), from, from.dataset.n);
    }
  }
});
arrive();
