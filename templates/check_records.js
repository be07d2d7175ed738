// Records of jobs and the graph that they give, read as the verifier in Python reads them.

const RECORDS = "results/lineage/records/";

// The path of a file that a record names; `places` are the folders that names start from.
function pathOf(name, run) {
  const place = get(run, "elsewhere").get(name);
  if (!truthy(place)) return name;
  const rest = name.startsWith(`${place}/`) ? name.slice(place.length + 1) : name;
  const root = stringOf(get(get(run, "places"), place));
  return normal(root === "" ? rest : rest.startsWith("/") ? rest : `${root}/${rest}`);
}

// As os.path.normpath has it: `..` at the start stays.
function normal(path) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length && parts.at(-1) !== "..") parts.pop();
    else if (part === ".." && path.startsWith("/")) continue;
    else if (part && part !== ".") parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/") || ".";
}

// [role, name, digest] of each file that a record names; loaded modules are code.
function filesOf(record) {
  const result = get(record, "result");
  const ran = new Map([...mapOf(get(result, "modules"))].map(([name, about]) => [name, get(about, "sha256")]));
  for (const [name, digest] of mapOf(get(result, "code"))) ran.set(name, digest);
  const parts = [["input", mapOf(get(result, "inputs"))], ["code", ran], ["output", mapOf(get(result, "outputs"))]];
  return parts.flatMap(([role, files]) => sorted(files.keys()).map((name) => [role, name, files.get(name)]));
}

const asideOf = (rows) => [...mapOf(get(rows, "set_aside")).values()].reduce((sum, n) => sum + Number(n), 0);
const balanced = (rows) => Number(get(rows, "read")) === Number(get(rows, "used")) + asideOf(rows);

function jobOf(job, record) {
  const result = get(record, "result");
  const rows = new Map([...mapOf(result.get("rows") ?? new Map())].map(([table, n]) => [table, new Map([...mapOf(n), ["balanced", balanced(n)]])]));
  return asMap({ id: job, rule: get(result, "rule"), wildcards: result.get("wildcards") ?? new Map(), record: `${RECORDS}${job}.json`, result_sha256: sumOf(result), rows });
}

// The graph that the records give, as lineage.json has it but for kinds and sizes of files.
function lineageOf(records) {
  const files = new Map();
  const graph = { jobs: [], used: [], generated: [] };
  for (const job of sorted(records.keys())) {
    const record = records.get(job);
    for (const [role, name, digest] of filesOf(record)) {
      if (!files.has(name)) files.set(name, asMap({ id: name, path: pathOf(name, get(record, "run")) }));
      const about = files.get(name);
      if (!about.has("sha256")) about.set("sha256", digest);
      const syntax = get(record, "result").get("syntax") ?? new Map();
      if (role === "code" && syntax.has(name) && !about.has("syntax")) about.set("syntax", syntax.get(name));
      if (role === "output") graph.generated.push(asMap({ job, file: name }));
      else graph.used.push(asMap({ job, file: name, role }));
    }
    const own = `${RECORDS}${job}.json`;
    if (!files.has(own)) files.set(own, asMap({ id: own, path: own }));
    files.get(own).set("kind", "record");
    graph.generated.push(asMap({ job, file: own }));
    graph.jobs.push(record.job ||= jobOf(job, record));
  }
  return { files: [...files.values()], ...graph };
}

const byId = (list) => new Map(list.map((about) => [get(about, "id"), about]));

// [name, text] of each way in which the sealed graph differs from what the records give.
function lineageDifferences(sealed, given) {
  const found = [];
  for (const part of ["files", "jobs"]) {
    const [mine, theirs] = [byId(given[part]), byId(sealed[part])];
    for (const name of sorted(new Set([...mine.keys(), ...theirs.keys()]))) {
      const [known, other] = [new Map(theirs.get(name) || []), new Map(mine.get(name) || [])];
      const leftOut = other.has("kind") || part === "jobs" ? ["bytes"] : ["bytes", "kind"];
      if (known.has("syntax") && known.get("syntax") === other.get("syntax")) leftOut.push("sha256");
      for (const key of leftOut) { known.delete(key); other.delete(key); }
      if (!mine.has(name) || !same(known, other)) {
        found.push([part === "files" ? name : `${RECORDS}${name}.json`, "the lineage tells of it otherwise than the records"]);
      }
    }
  }
  for (const part of ["used", "generated"]) {
    const keyed = (edges) => new Map(edges.map((edge) => [canonical(edge), edge]));
    const [ours, theirs] = [keyed(given[part]), keyed(sealed[part])];
    for (const [key, edge] of [...ours, ...theirs]) {
      if (ours.has(key) === theirs.has(key)) continue;
      const source = ours.has(key) ? "a record" : "the lineage";
      found.push([edge.get("file"), `only ${source} says that ${edge.get("job")} ${part === "used" ? "uses" : "makes"} it`]);
    }
  }
  return found;
}
