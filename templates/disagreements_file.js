// The file of the consensus: written for the next run to read, and read again to go on with.

const GUARDED = /^'+[=+\-@\t\r\n]/;

// A spreadsheet program takes such a text for a formula: an apostrophe before it says that it is none.
const guarded = (text) => (/^[=+\-@\t\r\n]/.test(text) || GUARDED.test(text) ? `'${text}` : text);
const asWritten = (text) => (GUARDED.test(text) ? text.slice(1) : text);
const quoted = (text) => (/[",\r\n;']/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

function fileText() {
  const listed = [...decisions.values()].filter((row) => begun(row) && !lacking(row).length);
  const order = new Map(data.places.map((place, at) => [place.id, at]));
  const at = (row) => (order.has(row.id) ? order.get(row.id) : order.size);
  listed.sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1));
  const line = (cells) => cells.map((cell) => quoted(guarded(cell))).join(",");
  return { rows: listed.length, text: [data.columns.join(","), ...listed.map((row) => line(data.columns.map((name) => row[name])))].join("\n") + "\n" };
}

function recordsOf(text) {
  const records = [];
  let cells = [], cell = "", within = false;
  const signs = Array.from(text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"));
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at];
    if (within && sign === '"' && signs[at + 1] === '"') { cell += '"'; at += 1; }
    else if (sign === '"' && (within || !cell)) within = !within;
    else if (!within && sign === ",") { cells.push(cell); cell = ""; }
    else if (!within && sign === "\n") { records.push([...cells, cell]); cells = []; cell = ""; }
    else cell += sign;
  }
  if (cell || cells.length) records.push([...cells, cell]);
  return records;
}

// Take over the decisions of a saved file: those of this page's disagreements, and others as they are.
function takeOver(text) {
  const [header = [], ...records] = recordsOf(text);
  if (!header.includes("id") || !header.includes("decision")) return null;
  let taken = 0;
  for (const cells of records) {
    const read = Object.fromEntries(header.map((name, at) => [name, asWritten(cells[at] || "").trim()]));
    const row = Object.fromEntries(data.columns.map((name) => [name, read[name] || ""]));
    if (!row.id || !begun(row)) continue;
    decisions.set(row.id, row);
    taken += 1;
  }
  for (const article of articles) article.querySelector(".decide").replaceChildren();
  articles.filter((article) => !article.hidden).slice(0, 3).forEach(fill);
  seenAgain();
  return taken;
}
function seenAgain() {
  const height = innerHeight + 600;
  for (const article of articles) {
    const { top, bottom } = article.getBoundingClientRect();
    if (!article.hidden && bottom > -600 && top < height) fill(article);
  }
}

function save() {
  const { rows, text } = fileText();
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: "consensus.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  const left = [...decisions.values()].filter((row) => begun(row) && lacking(row).length).length;
  unsaved = left > 0;
  byId("said").textContent = `consensus.csv has ${figure(rows)} decisions.${left ? ` ${figure(left)} are begun and not in it: filter them by state.` : ""}`;
  progress();
}

if (articles.length) {
  byId("save").addEventListener("click", save);
  byId("open").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const taken = takeOver(await file.text());
    byId("said").textContent = taken === null ? "This is no file of a consensus: it has no columns id and decision." : `${figure(taken)} decisions are taken over.`;
    progress();
  });
}
