// The first page: a person gives it a folder, and it says what is as recorded, what not, what is not here.

const byIdOf = (id) => document.getElementById(id);
let chosen = null;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
const cells = (tag, ...contents) => contents.map((content) => make(tag, tag === "th" ? { scope: "col" } : {}, content));

function tableOf(label, headings, rows) {
  const head = make("thead", {}, make("tr", {}, ...cells("th", ...headings)));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, make("table", {}, head, make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", ...row))))));
}

// The signs that a page would hide, or read from right to left, by their numbers.
const visible = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);

const wait = () => new Promise((done) => { setTimeout(done, 0); });

async function told(done, all) {
  byIdOf("progress").textContent = `Reading: ${done.toLocaleString("en-GB")} of ${all.toLocaleString("en-GB")} files`;
  await wait();
}

const ROOTS_OF_NONE = "No sealed results are among the files that you chose, so nothing can be checked. Choose the folder named results, or the folder that holds it.";

const BACKSLASHES = "Names of files have backslashes in them: the zip was made on Windows. Unpack it with a program that makes folders of these, and choose the folder again.";

function refusal(folder) {
  const strange = [...folder.files.keys()].some((path) => path.split("\\").at(-2) === "lineage");
  if (!folder.roots.length) return strange ? BACKSLASHES : ROOTS_OF_NONE;
  return `More than one results folder is among the files: ${folder.roots.join(", ")}. Choose one of them.`;
}

function show(state, title, ...content) {
  const answer = byIdOf("answer");
  answer.className = `answer ${state}`;
  answer.replaceChildren(make("h2", { id: "verdict" }, title), ...content.flat().filter(Boolean));
  answer.hidden = false;
  byIdOf("progress").textContent = "";
}

// The first thing that is wrong with a file; the rest, which is mostly the same once more, folded.
function wrongs([first, ...rest]) {
  if (!rest.length) return visible(first);
  const list = make("ul", { class: "plain" }, ...rest.map((text) => make("li", {}, visible(text))));
  return make("div", {}, visible(first), make("details", {}, make("summary", {}, `and ${many(rest.length, "more finding")}`), list));
}

function faultsOf(check) {
  if (!check.faults.size) return [];
  const rows = sorted(check.faults.keys()).map((path) => {
    const below = check.downstream(path);
    const names = below.slice(0, SHOWN).map(visible).join(", ");
    const more = below.length > SHOWN ? ` and ${below.length - SHOWN} more` : "";
    return [make("span", { class: "path" }, visible(path)), wrongs(check.faults.get(path)), below.length ? `${many(below.length, "file")}: ${names}${more}` : "nothing"];
  });
  return [make("h3", {}, "Not as sealed"), tableOf("Files not as sealed", ["File", "What is wrong", "What rests on it"], rows)];
}

function absentOf(check) {
  const rows = [...check.missing()].sort(([a], [b]) => inOrder(a, b)).map(([place, paths]) => {
    const kinds = new Map();
    for (const path of paths) kinds.set(check.kindOf(path), (kinds.get(check.kindOf(path)) || 0) + 1);
    const list = make("details", {}, make("summary", {}, "names"), make("ul", { class: "plain" }, ...sorted(paths).map((path) => make("li", {}, visible(path)))));
    return [visible(place), sorted(kinds.keys()).map((kind) => `${kinds.get(kind).toLocaleString("en-GB")} ${kind}`).join(", "), list];
  });
  if (!rows.length) return [];
  return [
    make("h3", {}, "Not here, not checked"),
    make("p", {}, "The records name these files, and they are not in the folder that you chose. Nothing is said of them; ask for them if you need them."),
    tableOf("Files that are not here", ["Place", "Files by kind", "Which"], rows),
  ];
}

function digestsOf(check) {
  const known = [MANIFEST, STATEMENT].map((path) => [path, check.digest(path)]);
  const equal = check.expect && known.find(([, digest]) => digest === check.expect);
  const words = !check.expect
    ? "No published digest was given, so nothing tells these results from others that were made anew as a whole."
    : equal ? `The published digest is that of ${equal[0]}.` : "The published digest is that of neither file: these are not the results that it was published for.";
  const list = make("dl", {}, ...known.flatMap(([path, digest]) => [make("dt", {}, path), make("dd", { class: "sha" }, digest || "not here")]));
  return [make("h3", {}, "Is it the published one?"), make("p", {}, words), list];
}

async function answer(check, folder) {
  const state = check.faults.size ? "fault" : check.away.size ? "partial" : "whole";
  const verdict = check.verdict();
  const counts = `${many(check.seen(), "file")} seen, ${many(check.records.size, "record")} and ${many(check.balances, "balance")} of rows checked, in ${visible(folder.root)}.`;
  const [, signed] = await signatureOf(folder);
  const strange = folder.files.size - folder.ofResults().length - [...check.named].filter((path) => !path.startsWith(RESULTS) && check.isFile(path)).length;
  const notes = [...check.notes, ...(strange > 0 ? [`${many(strange, "file")} beside the results that no record names: not looked at`] : [])];
  show(
    state,
    `${verdict[0].toUpperCase()}${verdict.slice(1)}.`,
    make("p", {}, counts),
    faultsOf(check),
    absentOf(check),
    digestsOf(check),
    make("h3", {}, "Signature"),
    make("p", {}, signed),
    notes.length ? [make("h3", {}, "Notes"), make("ul", {}, ...notes.map((note) => make("li", {}, visible(note))))] : [],
  );
}

async function judge() {
  if (!chosen) return;
  const folder = chosen;
  document.body.dataset.state = "busy";
  try {
    if (folder.roots.length !== 1) show("fault", "Nothing was checked.", make("p", {}, refusal(folder)));
    else await answer(globalThis.trailCheck = await checkFolder(folder, byIdOf("expected").value, told), folder);
  } catch (error) {
    show("fault", "The check broke off, so nothing is vouched for.", make("p", {}, `Run python3 -I results/lineage/verify.py instead (${error.name}).`));
  }
  document.body.dataset.state = "done";
  byIdOf("answer").focus();
}

function give(files) {
  chosen = new Folder(files);
  judge();
}

// What was dropped: folders are read to their ends.
async function filesIn(entry, start = "") {
  const path = `${start}${entry.name}`;
  if (entry.isFile) return [[path, await new Promise((done, failed) => { entry.file(done, failed); })]];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (!some.length) return found;
    for (const each of some) found.push(...await filesIn(each, `${path}/`));
  }
}

byIdOf("folder").addEventListener("change", (event) => {
  give([...event.target.files].map((file) => [file.webkitRelativePath || file.name, file]));
});
byIdOf("expected").addEventListener("change", judge);
const area = byIdOf("give");
area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
area.addEventListener("dragleave", () => area.classList.remove("over"));
area.addEventListener("drop", async (event) => {
  event.preventDefault();
  area.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const found = [];
  try {
    for (const entry of entries) found.push(...await filesIn(entry));
  } catch (error) {
    // Some browsers let no page that was opened from a file read what is dropped on it.
    show("fault", "Nothing was checked.", make("p", {}, `This browser does not let the page read what is dropped on it (${error.name}). Choose the folder by the button above.`));
    document.body.dataset.state = "done";
    return;
  }
  give(found);
});
document.documentElement.classList.add("scripted");
