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

function rank(item, words) {
  if (item.key === words.join(" ") || item.id.toLowerCase() === words.join(" ")) return 0;
  if (item.key.startsWith(words[0])) return 1;
  if (item.key.includes(words[0])) return 2;
  return 3;
}

function found(items, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map(GROUPS.map(([kind]) => [kind, []]));
  if (!words.length) return { groups, total: 0 };
  let total = 0;
  for (const item of items) {
    if (words.every((word) => item.text.includes(word))) {
      total += 1;
      groups.get(item.kind).push([rank(item, words), item]);
    }
  }
  for (const list of groups.values()) list.sort((a, b) => a[0] - b[0] || a[1].key.length - b[1].key.length || (a[1].id < b[1].id ? -1 : 1));
  return { groups, total };
}

function startSearch() {
  const input = document.getElementById("search");
  const list = document.getElementById("results");
  const said = document.getElementById("said");
  let items = null;
  let options = [];
  let chosen = -1;

  const choose = (at) => {
    if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
    chosen = options.length ? (at + options.length) % options.length : -1;
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const open = (option) => {
    close();
    input.value = "";
    go(option.dataset.target);
  };
  const show = () => {
    items = items || searchable();
    const { groups, total } = found(items, input.value);
    list.replaceChildren();
    options = [];
    chosen = -1;
    if (!input.value.trim()) return close();
    // What bears exactly the name typed stands first, whatever it is.
    const exact = ([kind]) => (groups.get(kind).length && groups.get(kind)[0][0] === 0 ? 0 : 1);
    for (const [kind, title] of GROUPS.slice().sort((a, b) => exact(a) - exact(b))) {
      const hits = groups.get(kind);
      if (!hits.length) continue;
      const heading = make("div", { class: "heading", id: `group-${kind}` }, hits.length > EACH ? `${title}: ${EACH} of ${hits.length.toLocaleString("en-GB")}` : title);
      const group = make("div", { role: "group", "aria-labelledby": `group-${kind}` }, heading);
      for (const [, item] of hits.slice(0, EACH)) {
        const option = make("div", { role: "option", id: `option-${options.length}`, "aria-selected": "false" }, make("span", {}, item.name), make("span", {}, item.note));
        option.dataset.target = `${item.kind}-${item.id}`;
        option.addEventListener("mousedown", (event) => { event.preventDefault(); open(option); });
        options.push(option);
        group.append(option);
      }
      list.append(group);
    }
    if (!options.length) list.append(make("div", { class: "none" }, "Nothing has this name."));
    said.textContent = total ? `${total} found` : "Nothing found";
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(0);
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value) show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && options[chosen] && !list.hidden) {
      event.preventDefault();
      open(options[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (input.value) { input.value = ""; close(); } else document.getElementById("start").focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
