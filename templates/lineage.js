// The entries: one file, column, number, job or query with all that is known of it.

const NAMED = { raw: "Raw file", code: "Code", configuration: "Configuration", intermediate: "Intermediate file", validated: "Validated table", dataset: "Dataset", table: "Table", figure: "Figure", report: "Report", finding: "Finding of the validation", exchange: "File for exchange", lineage: "Lineage", record: "Record of a job" };
const KINDS_OF_MANY = { raw: "raw files", configuration: "configuration files" };
const SHOWN = 60;
const START_TITLE = document.title;
const kindNamed = (file) => NAMED[file.kind] || file.kind;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
const target = (kind, id) => `#${kind}-${encodeURIComponent(id).replace(/%2F/g, "/")}`;
const linkTo = (kind, id, text) => make("a", { href: target(kind, id) }, text || id);
const linkFile = (file, text) => linkTo("file", file.name, text || file.name);
const figure = (n) => n.toLocaleString("en-GB");

function facts(...pairs) {
  const list = make("dl", {});
  for (const [label, ...values] of pairs) {
    if (values.some((part) => part !== "" && part !== null && part !== undefined)) list.append(make("dt", {}, label), make("dd", {}, ...values));
  }
  return list;
}
const joined = (parts) => parts.flatMap((part, at) => (at ? [", ", part] : [part]));

function tableOf(headings, rows, label) {
  const head = make("tr", {}, ...headings.map((text) => make("th", text.startsWith("#") ? { scope: "col", class: "n" } : { scope: "col" }, text.replace("#", ""))));
  return make("div", { class: "scroll" }, make("table", label ? { "aria-label": label } : {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}
const cell = (...content) => make("td", {}, ...content);
const counted = (value) => make("td", { class: "n" }, typeof value === "number" ? figure(value) : value);

// Long lists: the first rows, and the others folded.
function curtailed(rows, build) {
  const rest = rows.slice(SHOWN);
  return make("div", {}, build(rows.slice(0, SHOWN)), rest.length ? unfolding(`${figure(rest.length)} more`, () => build(rest), false) : null);
}

function codeLines(file, first, last) {
  const lines = trail.code[file.at].replace(/\n$/, "").split("\n").slice(first - 1, last || undefined);
  return make("pre", { tabindex: "0", role: "region", "aria-label": `Code of ${file.name}` }, ...lines.map((line, at) => make("span", { "data-line": first + at }, line)));
}

function unfolding(summary, build, open) {
  const details = make("details", {}, make("summary", {}, ...[summary].flat()));
  const fill = () => { if (details.childElementCount === 1) details.append(build()); };
  details.addEventListener("toggle", fill);
  details.fill = fill;
  if (open) { fill(); details.open = true; }
  return details;
}

const heading = (kind, title, extra = "") => [make("p", { class: "kind" }, kind), make("h1", { tabindex: "-1", class: extra }, title)];
const section = (title, id, ...content) => [make("h2", id ? { id, tabindex: "-1" } : {}, title), ...content];

const asideText = (aside) => Object.entries(aside).map(([reason, n]) => `${reason} ${figure(n)}`).join("; ");

function steps(nodes, label) {
  const rows = [];
  let depth = -1;
  for (const node of nodes) {
    const list = [...node.files].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (node.depth !== depth) {
      depth = node.depth;
      const text = depth === 0 ? "Here" : `${count(depth, "step", "steps")} ${label}`;
      rows.push(make("tr", { class: "step" }, make("th", { colspan: "5", scope: "rowgroup" }, text)));
    }
    const names = make("ul", {}, ...list.map((file) => make("li", {}, linkFile(file), make("div", { class: "sha" }, file.sha256))));
    const listed = node.pattern ? unfolding(`${node.pattern} (${count(list.length, "file", "files")})`, () => names, false) : names;
    const counts = node.job ? rowsOf(node.job, list[0]) : null;
    const by = node.job ? [linkTo("job", node.job.id)] : [make("span", { class: "grey" }, kindNamed(list[0]))];
    if (node.rest) by.push(make("small", {}, make("br", {}), `and ${count(node.rest, "other file", "other files")} ${label === "back" ? "it read" : "made from it"}`));
    rows.push(make("tr", {}, cell(listed), cell(...by), counted(counts ? counts.read : ""), counted(counts ? counts.used : ""), cell(counts ? asideText(counts.aside) : "")));
  }
  return tableOf(["File", "Made by", "#Rows in", "#Used", "Set aside"], rows);
}

function boxOf(node, layer, chosen) {
  const list = [...node.files].sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  const main = list.find((file) => file.name.endsWith(".parquet")) || list[0];
  return {
    key: node.key, layer, kind: main.kind, chosen,
    label: node.pattern ? baseName(node.pattern) : baseName(chosen && node.asked ? node.asked : main.name),
    sub: node.pattern ? `${list.length} ${KINDS_OF_MANY[main.kind] || "files"}` : node.job ? node.job.id : kindNamed(main).toLowerCase(),
    full: node.pattern || (list.length > 1 ? list.map((file) => file.name).join(", ") : main.name),
    href: target("file", main.name),
  };
}

function fileDrawing(file, number) {
  const up = walk(file, false);
  const down = number ? [] : walk(file, true);
  up[0].asked = file.name;
  const boxes = up.map((node) => boxOf(node, -node.depth, node.depth === 0 && !number));
  const lines = up.flatMap((node) => [...node.next].map((next) => [next.key, node.key]));
  const keys = new Set(boxes.map((box) => box.key));
  for (const node of down.slice(1)) {
    if (!keys.has(node.key)) boxes.push(boxOf(node, node.depth, false));
  }
  for (const node of down) for (const next of node.next) lines.push([node === down[0] ? up[0].key : node.key, next.key]);
  if (number) {
    boxes.push({ key: "number", layer: 1, kind: "number", chosen: true, label: number.printed, sub: `${number.row}, ${number.column}`, full: number.printed, href: target("number", number.id) });
    lines.push([up[0].key, "number"]);
  }
  return { up, down, picture: pictured(boxes, lines, number ? `Where ${number.printed} comes from` : `Around ${baseName(file.name)}`) };
}

function pictured(boxes, lines, title) {
  if (boxes.length < 2) return null;
  const page = document.getElementById("start");
  const { picture, left } = drawing(boxes, lines, title, page.clientWidth - 2 * parseFloat(getComputedStyle(page).paddingLeft));
  const caption = `From the raw files on the left towards the report on the right; under each name is the job that made it. ${left ? "The nearest steps are drawn." : ""}`;
  return make("figure", {}, make("div", { class: "drawing" }, picture), make("figcaption", {}, caption));
}

function jobFacts(job, file) {
  const counts = rowsOf(job, file);
  const parts = [facts(
    ["Job", linkTo("job", job.id)],
    ["Rows", counts ? `${figure(counts.read)} in, ${figure(counts.used)} used${asideText(counts.aside) ? `, set aside: ${asideText(counts.aside)}` : ", none set aside"}` : ""],
    ["What it does", job.about.split("\n\n")[0]],
  )];
  if (job.script && trail.code[job.script.at] !== undefined) parts.push(make("p", {}), unfolding(job.script.name, () => codeLines(job.script, 1), false));
  return parts;
}

function numberRows(list) {
  return curtailed(list, (some) => tableOf(["Printed", "Row", "Column", "Table"], some.map((number) =>
    make("tr", {}, make("th", { scope: "row" }, linkTo("number", number.id, number.printed || "(blank)")), cell(number.row), cell(number.column), cell(number.file ? linkFile(number.file, stemOf(number.file.name)) : "")))));
}

function queryRows(list) {
  return tableOf(["Query", "Severity", "#Line", "Column", "Rule", "What"], list.map((query) =>
    make("tr", {}, make("th", { scope: "row" }, linkTo("query", query.id)), cell(query.severity), counted(query.line), cell(query.column), cell(query.rule), cell(query.message))));
}

function columnRows(list) {
  return tableOf(["Column", "What it is", "Type", "Origin", "Method"], list.map((column) =>
    make("tr", {}, make("th", { scope: "row" }, linkTo("column", column.id, column.name)), cell(column.title === column.name ? "" : column.title), cell(column.type), cell(column.users.length || column.table.kind !== "raw" ? column.origin : "Not used"), cell(column.method))));
}

function fileEntry(file) {
  const { up, down, picture } = fileDrawing(file);
  const table = trail.tables.find((other) => other.file === file.at) || trail.tables.find((other) => other.kind === "dataset" && file.kind === "dataset" && other.name === stemOf(file.name));
  const moved = [...new Set(down.flatMap((node) => [...node.files]).flatMap((other) => other.numbers))];
  const printed = file.kind === "report" ? numbers : file.numbers;
  const parts = [...heading(kindNamed(file), baseName(file.name)), facts(
    ["File", file.link ? make("a", { href: file.link }, file.name) : file.name],
    ["Rows", table && table.row ? table.row : ""],
    ["Size", file.bytes === null ? "" : count(file.bytes, "byte", "bytes")],
    ["SHA-256", file.sha256 ? make("span", { class: "sha" }, file.sha256) : ""],
    ["Made by", file.maker ? linkTo("job", file.maker.id) : file.kind === "record" ? "the job itself" : "no job: it is where the trail begins"],
    ["Read by", ...joined([...file.readers, ...file.coded].slice(0, SHOWN).map((job) => linkTo("job", job.id)))],
  ), picture];
  if (file.maker) parts.push(...section("Where it comes from", "above", steps(up, "back")), ...section("The job that made it", "", ...jobFacts(file.maker, file)));
  if (down.length > 1) {
    parts.push(...section("What it touches", "below", moved.length ? make("p", {}, `${count(moved.length, "printed number", "printed numbers")} may move with it.`) : null, steps(down, "on")));
  }
  if (file.queries.length) parts.push(...section(`Queries (${figure(file.queries.length)})`, "", queryRows(file.queries)));
  if (table && table.columns.length) parts.push(...section(`Columns (${figure(table.columns.length)})`, "", columnRows(table.columns)));
  if (printed.length) parts.push(...section(`Printed numbers (${figure(printed.length)})`, "", numberRows(printed)));
  if (trail.code[file.at] !== undefined) parts.push(...section("Text", "", codeLines(file, 1)));
  return parts;
}

function numberEntry(number) {
  const parts = [...heading("Printed number", number.printed, number.printed.length > 16 ? "printed long" : "printed")];
  const { up, picture } = number.file ? fileDrawing(number.file, number) : {};
  parts.push(facts(
    ["Name", number.id, " (", make("a", { href: `../report/report.html#${encodeURIComponent(number.id)}` }, "where it stands in the report"), ")"],
    ["Before rounding", number.value],
    ["Table", number.file ? linkFile(number.file) : ""],
    ["Row and column", `${number.row}, ${number.column}`],
    ["Takes", ...joined(number.takes.map((id) => sourceLink(["column", id])))],
    ["Its raw cells", make("code", {}, `trialtrail trace 'results/report/report.pdf#${number.id}'`)],
  ), cardButton(number), picture);
  if (!number.file) return parts;
  parts.push(...section("Where it comes from", "above", steps(up, "back")));
  if (number.file.maker) parts.push(...section("The job that made it", "", ...jobFacts(number.file.maker, number.file)));
  const beside = number.file.numbers.filter((other) => other.row === number.row && other !== number);
  if (beside.length) parts.push(...section("In the same row", "", numberRows(beside)));
  return parts;
}

function sourceLink([kind, id]) {
  if (kind === "file") return fileNamed.has(id) ? linkTo("file", id) : make("span", {}, id);
  return columns.has(id) ? linkTo("column", id, id.replace(/^validated\./, "validated ")) : make("span", {}, id);
}

function columnEntry(column) {
  const table = column.table;
  const file = files[table.file];
  const codes = column.codes.map(([code, value]) => `${code} is ${value}`).join(", ");
  const kind = { raw: "Column of a raw file", validated: "Column of a validated table", dataset: "Column of a dataset" }[table.kind];
  const unused = table.kind === "raw" && !column.users.length;
  const parts = [...heading(kind, column.name), facts(
    ["What it is", column.title === column.name ? "" : column.title],
    [table.kind === "raw" ? "File" : "Table", file ? linkFile(file) : table.name],
    ["Type", column.type + (column.unit ? `, ${column.unit}` : "")],
    ["Origin", unused ? "Not used by the study" : column.origin],
    ["Method", column.method],
    ["Codes", codes],
    ["Limits", column.limits],
    ["Missing", table.note],
    ["Sources", ...joined(column.sources.map(sourceLink))],
    ["Used for", ...joined(column.users.map((id) => sourceLink(["column", id])))],
    ["Job", jobs.has(table.job) ? linkTo("job", table.job) : ""],
    ["Definition", table.kind === "raw" ? "" : make("a", { href: `define.html#${encodeURIComponent(column.id)}` }, "in the data definitions")],
)];
  if (column.code && trail.code[column.code[0]] !== undefined) {
    const [at, first, last] = column.code;
    parts.push(...section("Code", "", make("p", {}, linkFile(files[at]), `, line ${first}`), codeLines(files[at], first, last)));
  }
  if (file && file.maker) parts.push(...section("Where its table comes from", "above", steps(walk(file, false), "back")));
  const asked = file ? file.queries.filter((query) => query.column === column.name) : [];
  if (asked.length) parts.push(...section(`Queries (${asked.length})`, "", queryRows(asked)));
  return parts;
}

function jobEntry(job) {
  const rows = Object.entries(job.rows).map(([table, [read, used, aside]]) =>
    make("tr", {}, make("th", { scope: "row" }, table), counted(read), counted(used), counted(read - used), cell(asideText(aside))));
  const reads = job.reads.filter((file) => file.kind !== "code");
  const params = job.params.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), cell(value)));
  const listed = (list) => curtailed(list, (some) => make("ul", { class: "plain" }, ...some.map((file) => make("li", {}, linkFile(file)))));
  const asked = queries.filter((query) => query.at && job.reads.includes(query.at));
  const parts = [...heading("Job", job.id), make("p", {}, job.about.split("\n\n")[0]), facts(
    ["Rule", job.rule],
    ["Record", files[job.record].link ? make("a", { href: files[job.record].link }, files[job.record].name) : files[job.record].name],
    ["Its result part", make("span", { class: "sha" }, job.sha256)],
  )];
  if (rows.length) {
    parts.push(...section("Rows", "", make("p", { class: job.balanced ? "balance" : "" }, job.balanced ? "Rows in are rows used and rows set aside." : "The rows do not balance."), tableOf(["Table", "#Rows in", "#Used", "#Set aside", "Reasons"], rows)));
  }
  parts.push(...section(`Reads (${figure(reads.length)})`, "", listed(reads)), ...section(`Makes (${figure(job.makes.length)})`, "", listed(job.makes)));
  if (params.length) parts.push(...section("Parameters", "", tableOf(["Name", "Value"], params)));
  if (asked.length) parts.push(...section(`Queries on what it reads (${figure(asked.length)})`, "", queryRows(asked)));
  parts.push(...section("Code", "", make("p", {}, "The script of the rule, then what it runs on.")));
  const order = [job.script, ...job.code.filter((file) => file !== job.script)].filter(Boolean);
  for (const file of order) {
    const shown = trail.code[file.at] !== undefined;
    parts.push(shown ? unfolding(file.name, () => codeLines(file, 1), file === job.script) : make("p", {}, linkFile(file)));
  }
  return parts;
}

function queryEntry(query) {
  const column = query.at && columns.get(`${query.at.name}#${query.column}`);
  return [...heading("Query of the validation", query.id), make("p", {}, query.message), facts(
    ["Severity", query.severity],
    ["Rule", query.rule],
    ["File", query.at ? linkFile(query.at) : query.file],
    ["Line", query.line],
    ["Column", column ? linkTo("column", column.id, query.column) : query.column],
  ), make("p", { class: "grey" }, make("br", {}), "What was found stands in the validation page, not here.")];
}

const columnNamed = (id) => columns.get(id) || columns.get(`validated.${id}`);
const ENTRIES = {
  file: [(id) => fileNamed.get(id), fileEntry],
  column: [columnNamed, columnEntry],
  number: [(id) => numberNamed.get(id), numberEntry],
  job: [(id) => jobs.get(id), jobEntry],
  query: [(id) => queries.find((query) => query.id === id), queryEntry],
};

// Which entry the address asks for; none of them is the start with its lists.
function asked() {
  let text = location.hash.slice(1);
  try { text = decodeURIComponent(text); } catch { /* an address typed by hand, taken as it is */ }
  const match = text.match(/^(file|column|number|job|query)-(.*)$/s);
  return match ? { kind: match[1], id: match[2] } : null;
}

let shown = null;
function show() {
  if (shown === location.hash) return;
  shown = location.hash;
  const wanted = asked();
  const entry = document.getElementById("entry");
  const home = document.getElementById("home");
  home.hidden = Boolean(wanted);
  entry.hidden = !wanted;
  endSearch();
  if (!wanted) {
    entry.replaceChildren();
    document.title = START_TITLE;
    const part = document.getElementById(location.hash.slice(1));
    if (part && part.tagName === "DETAILS") part.open = true;
    if (part) part.scrollIntoView();
    return;
  }
  const [find, build] = ENTRIES[wanted.kind];
  const thing = find(wanted.id);
  const parts = thing ? build(thing) : [...heading("Not here", wanted.id), make("p", {}, `The trail has no ${wanted.kind} of this name.`)];
  entry.replaceChildren(...parts.filter(Boolean));
  const title = entry.querySelector("h1");
  document.title = `${title.textContent}: ${START_TITLE}`;
  window.scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

document.documentElement.classList.add("scripted");
window.addEventListener("hashchange", show);
// On paper the chain is whole: folded files of a step are listed.
window.addEventListener("beforeprint", () => document.querySelectorAll("#entry td details").forEach((details) => {
  details.fill();
  details.open = true;
}));
startSearch();
show();
