// Decisions on the page: one form a disagreement, made when it comes into view.

const data = JSON.parse(document.getElementById("data").textContent);
const places = new Map(data.places.map((place) => [place.id, place]));
const decisions = new Map(data.given.map((row) => [row.id, { ...row }]));
let unsaved = false;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const byId = (id) => document.getElementById(id);
const figure = (n) => n.toLocaleString("en-GB");

const LACKING = { decision: "what is to stand there", by: "who decided", on: "the day", why: "the reason" };
const begun = (row) => Boolean(row) && ["decision", "why", "code", "start", "end"].some((name) => row[name]);

// What a decision still needs before the next run can read it.
function lacking(row) {
  const missing = Object.keys(LACKING).filter((name) => !row[name].trim()).map((name) => LACKING[name]);
  if (row.decision === "edges" && !(row.start && row.end)) missing.push("the edges");
  return missing;
}
function stateOf(id) {
  const row = decisions.get(id);
  if (!begun(row)) return "open";
  return lacking(row).length ? "begun" : "done";
}
function rowOf(id) {
  const place = places.get(id);
  if (!decisions.has(id)) {
    const row = Object.fromEntries(data.columns.map((name) => [name, ""]));
    decisions.set(id, Object.assign(row, { id, evidence: place.evidence, document: place.document, marked_code: place.code }));
  }
  return decisions.get(id);
}

// The words of the turns, by code points of the transcript: what a step of an edge goes over.
function wordsOf(id) {
  const turn = byId(id).querySelector(".turn");
  const signs = Array.from(turn.textContent);
  const from = places.get(id).from;
  const starts = [], ends = [];
  signs.forEach((sign, at) => {
    if (!sign.trim()) return;
    if (at === 0 || !signs[at - 1].trim()) starts.push(from + at);
    if (at === signs.length - 1 || !signs[at + 1].trim()) ends.push(from + at + 1);
  });
  return { signs, from, starts, ends };
}

function edgesOf(id, changed) {
  const place = places.get(id), row = rowOf(id), { signs, from, starts, ends } = wordsOf(id);
  const shown = make("output", {});
  const tell = () => {
    shown.textContent = signs.slice(row.start - from, row.end - from).join("");
    changed();
  };
  const set = (start, end) => {
    if (start < end) Object.assign(row, { start: String(start), end: String(end) });
    tell();
  };
  const nearest = (list, at, by) => {
    const later = list.filter((each) => (by > 0 ? each > at : each < at));
    return later.length ? later[by > 0 ? 0 : later.length - 1] : at;
  };
  const step = (text, label, move) => {
    const button = make("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", move);
    return button;
  };
  const start = () => Number(row.start), end = () => Number(row.end);
  const selected = step("Use the selected text", "Use the selected text", () => {
    const span = selectedIn(byId(id));
    if (span) set(from + span[0], from + span[1]);
  });
  if (!row.start) Object.assign(row, { start: String(place.start), end: String(place.end) });
  const box = make("div", { class: "edges-of" },
    "Begins", step("◂ a word", "Begin a word earlier", () => set(nearest(starts, start(), -1), end())), step("a word ▸", "Begin a word later", () => set(nearest(starts, start(), 1), end())),
    "ends", step("◂ a word", "End a word earlier", () => set(start(), nearest(ends, end(), -1))), step("a word ▸", "End a word later", () => set(start(), nearest(ends, end(), 1))),
    selected, shown);
  tell();
  return box;
}

// Where the selection lies in the turns of one coder, in code points.
function selectedIn(article) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const turn = [...article.querySelectorAll(".turn")].find((each) => each.contains(range.startContainer) && each.contains(range.endContainer));
  if (!turn) return null;
  const length = (container, offset) => {
    const before = document.createRange();
    before.selectNodeContents(turn);
    before.setEnd(container, offset);
    return Array.from(before.toString()).length;
  };
  return [length(range.startContainer, range.startOffset), length(range.endContainer, range.endOffset)];
}

function fill(article) {
  const box = article.querySelector(".decide");
  if (box.childElementCount) return;
  const id = article.id, place = places.get(id), row = rowOf(id);
  const legend = make("legend", {}), lacks = make("p", { class: "lacks" });
  const fieldset = make("fieldset", {}, legend);
  const edges = make("div", {});
  const mark = () => {
    const state = stateOf(id);
    fieldset.className = state;
    legend.textContent = { open: "To be decided", begun: "Begun", done: "Decided" }[state];
    lacks.textContent = state === "begun" ? `Still needed: ${lacking(row).join(", ")}.` : "";
    progress();
  };
  const change = (name, value) => {
    row[name] = value;
    if (!row.by) row.by = byId("who").value.trim();
    if (!row.on) row.on = byId("when").value;
    by.value = row.by;
    on.value = row.on;
    unsaved = true;
    mark();
  };
  const choices = make("div", { class: "choices" });
  for (const option of data.options[place.readers.join(",")]) {
    const input = make("input", { type: "radio", name: `decision-${id}`, value: option.value });
    input.checked = row.decision === option.value;
    input.addEventListener("change", () => {
      if (option.value !== "edges") Object.assign(row, { start: "", end: "" });
      if (option.value === "neither") code.value = row.code = "";
      code.disabled = option.value === "neither";
      change("decision", option.value);
      own();
    });
    choices.append(make("label", {}, input, option.label));
  }
  const own = () => edges.replaceChildren(...(row.decision === "edges" ? [edgesOf(id, mark)] : []));
  const code = make("select", {}, make("option", { value: "" }, "as it is"), ...Object.entries(data.codes).filter(([each]) => each !== place.code).map(([each, label]) => make("option", { value: each }, label)));
  const why = make("textarea", { rows: "1" });
  const by = make("input", { autocomplete: "off" }), on = make("input", { type: "date" });
  for (const [element, name] of [[code, "code"], [why, "why"], [by, "by"], [on, "on"]]) {
    element.value = row[name];
    element.addEventListener("input", () => change(name, element.value));
  }
  code.disabled = row.decision === "neither";
  const clear = make("button", { type: "button" }, "Take back");
  clear.addEventListener("click", () => {
    decisions.delete(id);
    box.replaceChildren();
    unsaved = true;
    fill(article);
  });
  fieldset.append(choices, edges, make("label", {}, "Code ", code), make("label", { class: "why" }, "Why ", why), make("label", {}, "Decided by ", by), make("label", {}, "On ", on), clear, lacks);
  box.append(fieldset);
  own();
  mark();
}

// How far the decisions are, and which articles the filters leave.
function progress() {
  const states = data.places.map((place) => stateOf(place.id));
  const done = states.filter((state) => state === "done").length;
  byId("progress").textContent = `${figure(done)} of ${figure(states.length)} decided${unsaved ? ", not saved" : ""}`;
}
const articles = [...document.querySelectorAll(".place")];
const filters = [...document.querySelectorAll("#tools select[data-key]")];

function sift() {
  let left = 0;
  for (const article of articles) {
    const own = { ...article.dataset, state: stateOf(article.id) };
    const fits = filters.every(({ dataset, value }) => !value || (dataset.key === "marked" ? places.get(article.id).marked.includes(value) : own[dataset.key] === value));
    article.hidden = !fits;
    left += fits;
  }
  const all = articles.length;
  byId("said").textContent = left === all ? "" : `${figure(left)} of ${figure(all)} disagreements are shown.`;
}
function go(by) {
  const shown = articles.filter((article) => !article.hidden);
  const at = shown.findIndex((article) => article.contains(document.activeElement));
  const next = shown[at < 0 ? 0 : Math.min(Math.max(at + by, 0), shown.length - 1)];
  if (next) {
    next.focus();
    next.scrollIntoView();
  }
}

if (articles.length) {
  document.documentElement.classList.add("scripted");
  const now = new Date();
  byId("when").value = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => fill(entry.target)), { rootMargin: "600px" });
  articles.forEach((article) => {
    seen.observe(article);
    article.addEventListener("focusin", () => fill(article));
  });
  filters.forEach((select) => select.addEventListener("change", sift));
  byId("clear").addEventListener("click", () => {
    filters.forEach((select) => { select.value = ""; });
    sift();
  });
  document.querySelectorAll("a[data-filter]").forEach((link) => link.addEventListener("click", () => {
    filters.forEach((select) => { select.value = select.dataset.key === link.dataset.filter ? link.dataset.value : ""; });
    sift();
  }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("select, textarea, input:not([type='radio'])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    if (event.key === "k") go(-1);
  });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  progress();
}
