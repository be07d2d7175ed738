// The search: every word typed must stand in the name; what begins with it comes first.

const GROUPS = [["file", "Files"], ["column", "Columns"], ["number", "Printed numbers"], ["job", "Jobs"], ["query", "Queries"]];
const EACH = 8;

function searchable() {
  const items = [];
  const add = (kind, id, name, note, also = "") =>
    items.push({ kind, id, name, note, key: name.toLowerCase(), text: `${id} ${name} ${note} ${also}`.toLowerCase() });
  for (const file of files) {
    if (file.kind !== "record") add("file", file.name, baseName(file.name), folderOf(file.name) || file.kind, kindNamed(file));
  }
  for (const column of columns.values()) {
    const where = column.table.kind === "validated" ? `validated/${column.table.name}` : column.table.name;
    add("column", column.id, column.name, where, `${column.title} ${column.table.name}.${column.name}`);
  }
  for (const number of numbers) {
    const table = number.file ? stemOf(number.file.name) : "";
    add("number", number.id, number.printed, `${table}, ${number.row}, ${number.column}`, number.value);
  }
  for (const job of jobs.values()) add("job", job.id, job.id, job.about.split("\n")[0]);
  for (const query of queries) add("query", query.id, query.id, `${query.rule}, ${baseName(query.file)}`, query.severity);
  return items;
}

// A name that is just what was typed comes first, then one that begins so, then the shorter.
function found(items, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const whole = words.join(" ");
  const rank = (item) => [item.key, item.id.toLowerCase()].includes(whole) ? 0 : item.key.startsWith(words[0]) ? 1 : 2;
  const hits = items.filter((item) => words.length && words.every((word) => item.text.includes(word)));
  hits.forEach((item) => { item.rank = rank(item); });
  return hits.sort((a, b) => a.rank - b.rank || a.key.length - b.key.length || (a.id < b.id ? -1 : 1));
}

function startSearch() {
  const input = document.getElementById("search");
  const list = document.getElementById("results");
  let items = null;
  input.addEventListener("input", () => {
    items = items || searchable();
    const hits = found(items, input.value);
    const groups = GROUPS.map(([kind, title]) => [title, hits.filter((item) => item.kind === kind)]);
    groups.sort((a, b) => (a[1].length ? a[1][0].rank : 3) - (b[1].length ? b[1][0].rank : 3));
    list.replaceChildren(...groups.filter(([, some]) => some.length).flatMap(([title, some]) => [
      make("p", { class: "heading" }, some.length > EACH ? `${title}: ${EACH} of ${figure(some.length)}` : title),
      make("ul", {}, ...some.slice(0, EACH).map((item) => make("li", {}, linkTo(item.kind, item.id, item.name), make("span", {}, item.note)))),
    ]));
    if (!hits.length) list.append(make("p", { class: "heading" }, "Nothing has this name."));
    list.hidden = !input.value.trim();
    document.getElementById("said").textContent = list.hidden ? "" : `${hits.length} found`;
  });
  document.getElementById("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first && !list.hidden) location.hash = first.hash;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") endSearch();
    if (event.key !== "/" || event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
}

function endSearch() {
  document.getElementById("search").value = "";
  document.getElementById("results").hidden = true;
}
