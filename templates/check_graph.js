// Files against the manifest, the records and the graph, and what lies downstream of a file.

const TRAIL = "results/lineage/";
const MANIFEST = `${TRAIL}manifest.sha256`;
const LINEAGE = `${TRAIL}lineage.json`;
const JOURNAL = `${TRAIL}journal.jsonl`;
const HEAD = `${TRAIL}journal_head.json`;
const STATEMENT = `${TRAIL}statement.intoto.json`;
const NO_PRODUCT = /^results\/(?:logs\/[^/]+\.log|benchmarks\/[^/]+\.tsv|lineage\/failed\/[^/]+\.json|lineage\/signatures\/statement\.(?:sig|dsse\.json|tsr))$/;
const STAMP = ".snakemake_timestamp";
const LINE = /^(\\?)([0-9a-f]{64}) [ *]([^\n]+)$/;
const [WHOLE, FAULT, NOT_ALL_HERE] = [0, 1, 3];
const BESIDE_THE_GRAPH = "code or configuration";
const SHOWN = 5;
const GRAPH_KEYS = { files: ["id", "path", "kind"], jobs: ["id"], used: ["job", "file"], generated: ["job", "file"] };

const short = (digest) => `${digest.slice(0, 12)}…`;
const many = (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
const someOf = (names) => sorted(names).slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "");

class Sealed {
  constructor(folder, expect = "") {
    this.folder = folder;
    this.expect = expect.trim().toLowerCase();
    this.faults = new Map();
    this.notes = [];
    this.away = new Map();
    this.manifest = new Map();
    this.records = new Map();
    this.lineage = null;
    this.balances = 0;
    this.named = new Set();
    this.kinds = new Map();
    this.edges = null;
    this.otherEnds = new Set();
    this.plainEnds = new Map();
  }

  digest(path) { return this.folder.digest(path); }

  read(path) { return this.folder.text(path); }

  fault(path, text) {
    if (!this.faults.has(path)) this.faults.set(path, []);
    if (!this.faults.get(path).includes(text)) this.faults.get(path).push(text);
  }

  pathAt(place) { return place.startsWith(`${this.folder.root}/`) ? RESULTS + place.slice(this.folder.root.length + 1) : place; }

  code() { return this.faults.size ? FAULT : this.away.size ? NOT_ALL_HERE : WHOLE; }

  readManifest() {
    const text = this.read(MANIFEST);
    if (text === null) {
      this.fault(MANIFEST, "is missing or cannot be read");
      return;
    }
    text.split("\n").slice(0, -1).forEach((line, at) => {
      try {
        const found = LINE.exec(line) || damaged("no line");
        const path = found[1] ? readJson(`"${found[3].replaceAll('"', '\\"')}"`) : found[3];
        if (this.manifest.has(path)) this.fault(MANIFEST, `line ${at + 1} names ${path} again`);
        this.manifest.set(path, found[2]);
      } catch {
        this.fault(MANIFEST, `line ${at + 1} is no line of a manifest`);
      }
    });
    if (!text.endsWith("\n")) this.fault(MANIFEST, "its last line is cut off");
    if (!["", this.digest(MANIFEST), this.digest(STATEMENT)].includes(this.expect)) {
      this.fault(MANIFEST, `is not the one expected: ${short(this.expect)}, found ${short(this.digest(MANIFEST) || "")}; nor is the statement`);
    }
  }

  recordFiles() { return this.folder.ofResults().filter((path) => /^results\/lineage\/records\/[^/]*\.json$/.test(path)); }

  readRecords() {
    for (const path of this.recordFiles()) {
      const job = path.slice(RECORDS.length, -".json".length);
      try {
        const record = this.folder.json(path);
        const graph = lineageOf(new Map([[job, record]]));
        const digests = graph.files.filter((file) => file.has("sha256")).map((file) => stringOf(file.get("sha256")));
        const exit = get(get(record, "run"), "exit");
        if (get(record, "form") !== "runrecord-record/1" || (exit !== 0 && exit !== false) || !digests.length) damaged("no record");
        record.roots = [...mapOf(get(get(record, "run"), "places")).values()].map((root) => stringOf(root).trimEnd());
        this.records.set(job, record);
      } catch {
        this.fault(path, "cannot be read as the record of a job");
      }
    }
  }

  readLineage() {
    this.after = this.jobsAfterTheSeal();
    this.beside = this.jobsBesideTheSeal();
    let graph = lineageOf(this.records);
    try {
      const sealed = this.folder.json(LINEAGE);
      for (const [part, keys] of Object.entries(GRAPH_KEYS)) for (const each of listOf(get(sealed, part))) for (const key of keys) stringOf(get(each, key));
      if (get(sealed, "form") !== "runrecord-lineage/1") damaged("another form");
      this.lineage = Object.fromEntries([...sealed]);
      graph = Object.fromEntries(Object.keys(GRAPH_KEYS).map((part) => [part, [...sealed.get(part), ...graph[part]]]));
    } catch {
      this.fault(LINEAGE, this.folder.exists(LINEAGE) ? "the lineage is damaged" : "no lineage is here");
    }
    this.graph = graph;
    this.paths = new Map(graph.files.map((file) => [file.get("id"), file.get("path")]));
    this.folder.names = new Map([...this.paths].map(([name, path]) => [path, name]));
    this.kinds = new Map([...graph.files].reverse().filter((file) => file.has("kind")).map((file) => [file.get("path"), file.get("kind")]));
    const roots = new Set([...this.records.values()].flatMap((record) => record.roots));
    roots.delete(".");
    this.roots = [...roots].sort((a, b) => b.length - a.length);
    this.named = new Set([...this.manifest.keys(), ...this.paths.values()]);
    this.here = new Set();
    for (const path of this.named) if (!path.startsWith(RESULTS) && this.isFile(path)) this.here.add(this.group(path));
  }

  isFile(path) { this.digest(path); return this.folder.files.has(this.folder.place(path)); }

  jobsAfterTheSeal() {
    const made = new Set([LINEAGE, MANIFEST]);
    const jobs = new Set();
    for (;;) {
      const more = [...this.records.keys()].filter((job) => {
        const result = get(this.records.get(job), "result");
        return !jobs.has(job) && ["inputs", "outputs"].some((part) => [...get(result, part).keys()].some((name) => made.has(name)));
      });
      if (!more.length) {
        if (!jobs.size) this.fault(MANIFEST, "no record says what made it");
        return jobs;
      }
      for (const job of more) {
        jobs.add(job);
        for (const name of this.records.get(job).get("result").get("outputs").keys()) made.add(name);
      }
    }
  }

  jobsBesideTheSeal() {
    let named = [];
    for (const record of this.records.values()) {
      const result = record.get("result");
      if (result.get("outputs").has(MANIFEST)) named = (result.get("params") ?? new Map()).get("beside") ?? [];
    }
    named = Array.isArray(named) ? named.map(String) : [];
    const folders = named.filter((name) => name.endsWith("/") && name.startsWith(RESULTS));
    const jobs = new Set();
    for (const [job, record] of this.records) {
      const outputs = [...record.get("result").get("outputs").keys()];
      const ofThem = (path) => !this.manifest.has(path) && (named.includes(path) || folders.some((start) => path.startsWith(start)));
      if (outputs.length && outputs.every(ofThem)) jobs.add(job);
    }
    if (jobs.size) this.notes.push(`made beside the seal, which holds no digest of it: ${someOf([...jobs])}`);
    return jobs;
  }

  group(path) {
    const root = this.roots.find((each) => path.startsWith(`${each}/`));
    if (root) return root;
    const outside = path.startsWith("..") || path.startsWith("/");
    return outside ? path.slice(0, Math.max(path.lastIndexOf("/"), 0)) : path.split("/")[0];
  }

  compare(path, digest, source) {
    const found = this.digest(path);
    if (!this.isFile(path)) this.absent(path);
    else if (found !== null && found !== digest) {
      this.fault(path, `has changed: ${source} has ${short(String(digest))}, found ${short(found)}`);
      if (this.withPlainEnds(path) === digest) this.otherEnds.add(path);
    }
  }

  // The digest of a file if its lines ended as they do on Unix; none where they do.
  withPlainEnds(path) {
    if (!this.plainEnds.has(path)) {
      const bytes = this.folder.size(path) <= LARGEST_TEXT ? this.folder.bytes(path) : null;
      if (!bytes) return null;
      const kept = bytes.filter((byte, at) => byte !== 13 || bytes[at + 1] !== 10);
      this.plainEnds.set(path, kept.length === bytes.length ? null : sha256(kept));
    }
    return this.plainEnds.get(path);
  }

  noteOtherEnds() {
    if (!this.otherEnds.size) return;
    this.notes.push(`${many(this.otherEnds.size, "file")} as sealed but for the ends of lines: a program such as git (core.autocrlf) made them those of Windows; fetch the folder anew as it was`);
  }

  // The name beside a path that differs from it in capitals or in how accents are kept.
  noteOtherSpelling(path) {
    const place = this.folder.place(path);
    const other = place === null ? undefined : this.folder.spelling(place);
    if (!other) return;
    const [own, name] = [place, other].map((each) => each.split("/").at(-1));
    const how = own.toLowerCase() === name.toLowerCase() ? "with other capitals" : "with accents kept otherwise";
    const note = `${path} is not here; ${name}, ${how}, is`;
    if (!this.notes.includes(note)) this.notes.push(note);
  }

  absent(path) {
    if (this.folder.exists(path)) {
      this.fault(path, "is no file that can be read");
      return;
    }
    if (path.startsWith(RESULTS) || this.here.has(this.group(path))) this.fault(path, "is missing");
    else {
      const place = this.group(path);
      if (!this.away.has(place)) this.away.set(place, new Set());
      this.away.get(place).add(path);
    }
    this.noteOtherSpelling(path);
  }

  checkDigests() {
    for (const [path, digest] of this.manifest) this.compare(path, digest, "the manifest");
    const syntax = new Map((this.lineage || this.graph).files.map((file) => [file.get("id"), file.get("syntax")]));
    const stale = new Set();
    for (const [job, record] of this.records) {
      for (const [role, name, told] of filesOf(record)) {
        const path = pathOf(name, record.get("run"));
        const says = (record.get("result").get("syntax") ?? new Map()).get(name);
        const digest = role === "code" && truthy(says) && says === syntax.get(name) ? this.manifest.get(path) ?? told : told;
        if (this.beside.has(job) && role !== "output") {
          const found = this.digest(path);
          if (!this.isFile(path) && !path.startsWith(RESULTS)) this.absent(path);
          else if (found !== digest) stale.add(job);
          continue;
        }
        this.compare(path, digest, `the record of ${job}`);
        const unsealed = this.after.has(job) || this.beside.has(job);
        const sealed = this.manifest.get(path) ?? (unsealed ? digest : null);
        if (sealed === null) this.fault(path, `is in the record of ${job} and not in the manifest`);
        else if (sealed !== digest) this.fault(path, `has two digests: the record of ${job} has ${short(String(digest))}, the manifest ${short(sealed)}`);
      }
    }
    if (stale.size) this.notes.push(`made beside the seal of what is now otherwise: ${someOf([...stale])}`);
  }

  checkLineage() {
    if (!this.lineage) return;
    for (const file of this.lineage.files) {
      const sealed = this.manifest.get(file.get("path"));
      if (sealed === undefined) this.fault(file.get("path"), "is in the lineage and not in the manifest");
      else if (sealed !== (file.get("sha256") ?? sealed)) this.fault(file.get("path"), "has one digest in the lineage and another in the manifest");
    }
    const jobs = new Set(this.lineage.jobs.map((job) => job.get("id")));
    const known = [...this.records.keys()];
    const gone = [...jobs].filter((job) => !this.records.has(job));
    for (const job of gone) this.fault(`${RECORDS}${job}.json`, "is missing or unreadable, and the lineage names it");
    for (const job of known.filter((each) => !jobs.has(each) && !this.after.has(each) && !this.beside.has(each))) {
      this.fault(`${RECORDS}${job}.json`, "is in no lineage: left over, or added after the seal");
    }
    if (gone.length) return;
    const given = lineageOf(new Map([...this.records].filter(([job]) => jobs.has(job))));
    for (const [name, text] of lineageDifferences(this.lineage, given)) this.fault(this.paths.get(name) ?? name, text);
  }

  // The files that rest on one, the nearest first; on a record rests what its job made.
  downstream(path) {
    if (!this.edges) {
      const [used, made, ran] = [new Map(), new Map(), new Set()];
      const into = (map, key, value) => { if (!map.has(key)) map.set(key, new Set()); map.get(key).add(value); };
      for (const edge of [...this.graph.used, ...this.graph.generated]) {
        const file = this.paths.get(edge.get("file")) ?? edge.get("file");
        if (edge.has("role")) {
          into(used, file, edge.get("job"));
          if (!this.after.has(edge.get("job"))) ran.add(file);
        } else if (this.kinds.get(file) !== "record" && !file.startsWith(RECORDS)) into(made, edge.get("job"), file);
      }
      this.edges = { used, made, ran };
    }
    const { used, made, ran } = this.edges;
    const queue = [path];
    const below = new Set();
    if (path.startsWith(RECORDS)) queue.push(...(made.get(path.slice(RECORDS.length, -".json".length)) || []));
    else if (this.manifest.has(path) && !ran.has(path) && !path.startsWith(RESULTS)) for (const files of made.values()) queue.push(...files);
    while (queue.length) {
      const file = queue.shift();
      if (below.has(file)) continue;
      below.add(file);
      for (const job of used.get(file) || []) queue.push(...(made.get(job) || []));
    }
    below.delete(path);
    return [...below];
  }

  // The files that are named and not here, by place; those of the results are at fault.
  missing() {
    const gone = new Map([...this.away].map(([place, paths]) => [place, new Set(paths)]));
    const counted = new Set([...this.away.values()].flatMap((paths) => [...paths]));
    for (const path of this.faults.keys()) {
      if (counted.has(path) || this.folder.exists(path)) continue;
      const place = path.startsWith(RESULTS) ? "results" : this.group(path);
      if (!gone.has(place)) gone.set(place, new Set());
      gone.get(place).add(path);
    }
    return gone;
  }

  kindOf(path) { return this.kinds.get(path) ?? BESIDE_THE_GRAPH; }

  seen() { return [...this.named].filter((path) => this.digest(path)).length; }

  // The last words, as the verifier in Python has them.
  verdict() {
    const gone = [...this.missing().values()].reduce((sum, paths) => sum + paths.size, 0);
    const untold = `${many(gone, "file")} not here: not checked and not vouched for`;
    if (this.faults.size) return `${many(this.faults.size, "file")} not as sealed${gone ? `; ${untold}` : ""}`;
    return gone ? `all that is here is as recorded; ${untold}` : "all is whole";
  }
}
