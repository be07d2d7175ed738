// Tables: sorted by a column, filtered, saved as CSV. Rows that belong together stay together.

const LONG = 15; // rows beyond which a table can be filtered
const LEVELS = { group: 0, sub: 1, subsub: 2 };
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

/** Return how deep a row stands: a row without a heading belongs to the one above it. */
function levelOf(row) {
  for (const [name, level] of Object.entries(LEVELS)) if (row.classList.contains(name)) return level;
  const first = row.cells[0];
  return first?.classList.contains("continued") ? 1 : 0;
}

/** Return the rows of a body as a tree: each with the rows that belong to it. */
function treeOf(body) {
  const top = [], open = [];
  for (const row of body.rows) {
    const node = { row, level: levelOf(row), below: [] };
    while (open.length && open[open.length - 1].level >= node.level) open.pop();
    (open.length ? open[open.length - 1].below : top).push(node);
    open.push(node);
  }
  return top;
}

const shownText = (node) => {
  const copy = node.cloneNode(true);
  for (const each of copy.querySelectorAll(".sorter .sign")) each.remove();
  for (const each of copy.querySelectorAll("br, p, li, small, .codes")) each.before(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
};

/** Return the cell of a row under a column, where cells may span several. */
function cellAt(row, column) {
  let at = 0;
  for (const cell of row.cells) {
    if (column < at + cell.colSpan) return cell.colSpan === 1 ? cell : null;
    at += cell.colSpan;
  }
  return null;
}

/** Return by what a cell is sorted: its first number, or its words; null where it has neither. */
function keyOf(row, column) {
  const text = cellAt(row, column) ? shownText(cellAt(row, column)) : "";
  if (!text || /^[–—-]$/.test(text)) return null;
  const found = /^[<>≥≤]?\s*([−-]?\d[\d,]*(?:\.\d+)?|[−-]?\.\d+)/.exec(text);
  return found ? Number(found[1].replace("−", "-").replaceAll(",", "")) : text;
}

function compare(a, b, way) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return way * (typeof a === "number" ? a - b : collator.compare(a, b));
}

function sorted(nodes, column, way, fixed) {
  for (const node of nodes) node.below = sorted(node.below, column, way, false);
  if (fixed) return nodes;
  const keys = new Map(nodes.map((node) => [node, keyOf(node.row, column)]));
  return [...nodes].sort((a, b) => compare(keys.get(a), keys.get(b), way));
}

const flat = (nodes) => nodes.flatMap((node) => [node.row, ...flat(node.below)]);

/** Return the heading cells as they stand above each column, one list a column. */
function headingsOf(table) {
  const grid = [...table.tHead.rows].map(() => []);
  [...table.tHead.rows].forEach((row, y) => {
    for (const cell of row.cells) {
      let x = 0;
      while (grid[y][x]) x += 1;
      for (let down = 0; down < cell.rowSpan && grid[y + down]; down += 1)
        for (let right = 0; right < cell.colSpan; right += 1) grid[y + down][x + right] = cell;
    }
  });
  return (grid[0] || []).map((_, x) => [...new Set(grid.map((line) => line[x]).filter(Boolean))]);
}

/** Return whether rows can be sorted: no cell spans rows, and no rows stand beside whole groups. */
function canSort(table) {
  if (!table.tHead || table.querySelector("tbody [rowspan]")) return false;
  return [...table.tBodies].every((body) => {
    const top = treeOf(body);
    const groups = top.filter((node) => node.row.classList.contains("group")).length;
    return groups === 0 || groups === top.length;
  });
}

function sorter(table, columns) {
  const bodies = [...table.tBodies].map((body) => [body, [...body.rows]]);
  const grouped = Boolean(table.querySelector("tbody tr.group"));
  const buttons = [];
  columns.forEach((cells, column) => {
    const cell = cells[cells.length - 1];
    const name = cells.map(shownText).filter(Boolean).join(", ");
    if (!shownText(cell) || cell.colSpan > 1) return;
    const sign = make("span", { class: "sign", "aria-hidden": "true" });
    const button = make("button", { type: "button", class: "sorter", title: words.sort.replace("{column}", name) });
    // A link within a button could not be followed: it stays beside it.
    const nodes = [...cell.childNodes];
    const end = cell.querySelector("a") ? nodes.findIndex((node) => node.nodeType === 1 && (node.matches("a, br") || node.querySelector("a"))) : nodes.length;
    button.append(...nodes.slice(0, end));
    if (!button.textContent.trim()) button.setAttribute("aria-label", button.title);
    button.append(sign);
    cell.prepend(button);
    buttons.push(cell);
    button.addEventListener("click", () => {
      const was = cell.getAttribute("aria-sort");
      const now = { ascending: "descending", descending: null }[was] ?? (was ? null : "ascending");
      for (const other of buttons) other.removeAttribute("aria-sort");
      if (now) cell.setAttribute("aria-sort", now);
      for (const [body, rows] of bodies) {
        body.append(...rows);
        if (now) body.append(...flat(sorted(treeOf(body), column, now === "ascending" ? 1 : -1, grouped && Boolean(body.querySelector("tr.group")))));
      }
    });
  });
}

/** Show the rows that hold a text, with the rows that they belong to and those that belong to them. */
function filter(table, wanted) {
  const sought = wanted.trim().toLocaleLowerCase();
  const visit = (node, above) => {
    const own = above || shownText(node.row).toLocaleLowerCase().includes(sought);
    const below = node.below.map((each) => visit(each, own)).some(Boolean);
    node.row.hidden = !(own || below);
    return own || below;
  };
  for (const body of table.tBodies) {
    const found = treeOf(body).map((node) => visit(node, false)).some(Boolean);
    body.hidden = !found;
  }
}

/** Return a text as a field of CSV; no program takes it for a formula. */
function field(text) {
  const plain = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function csvOf(table, columns) {
  const lines = [];
  const spanning = table.querySelector("tbody tr.group > [colspan]");
  if (columns.length) lines.push([...(spanning ? [words.group] : []), ...columns.map((cells) => cells.map(shownText).filter(Boolean).join(", "))]);
  let group = "";
  for (const row of [...table.tBodies].flatMap((body) => (body.hidden ? [] : [...body.rows])).filter((each) => !each.hidden)) {
    const cells = [...row.cells].flatMap((cell) => [shownText(cell), ...Array(cell.colSpan - 1).fill("")]);
    if (row.classList.contains("group")) group = cells[0];
    if (row.classList.contains("group") && cells.slice(1).every((text) => !text)) continue;
    lines.push([...(spanning ? [group] : []), ...cells]);
  }
  return lines.map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

function save(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function equip(region) {
  const table = one("table", region);
  if (!table) return;
  const columns = table.tHead ? headingsOf(table) : [];
  const rows = [...table.tBodies].reduce((sum, body) => sum + body.rows.length, 0);
  const tools = make("div", { class: "table-tools" });
  const label = shownText(one("caption .label", table) || one("caption", table) || table.tHead || table).slice(0, 60);
  if (rows > LONG) {
    const input = make("input", { type: "search", placeholder: words.filter, "aria-label": `${words.filter}: ${label}` });
    input.addEventListener("input", () => {
      filter(table, input.value);
      const shown = all("tbody:not([hidden]) > tr:not([hidden])", table).length;
      say(words.kept.replace("{shown}", shown).replace("{all}", rows));
      count.textContent = input.value ? one("#said").textContent : "";
    });
    const count = make("span", { class: "count" });
    tools.append(input, count);
  }
  const button = make("button", { type: "button", class: "export", "aria-label": `${words.export}: ${label}` }, words.export);
  button.addEventListener("click", () => save(`${table.id || "table"}.csv`, csvOf(table, columns)));
  tools.append(button);
  const hint = region.previousElementSibling;
  (hint?.classList.contains("hint") ? hint : region).before(tools);
  if (canSort(table)) sorter(table, columns);
}
for (const region of all("main .scroll")) equip(region);
