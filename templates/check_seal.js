// One check of a folder: the same questions, in the same order, as results/lineage/verify.py asks.

class Check extends Sealed {
  run() {
    this.readManifest();
    this.readRecords();
    this.readLineage();
    if (!this.folder.exists(MANIFEST) && !this.folder.exists(LINEAGE)) {
      this.notes.push("No run has been finished and sealed here, so nothing here is vouched for.");
      return this.code();
    }
    this.checkDigests();
    this.checkLineage();
    this.checkJournal();
    this.checkLocks();
    this.checkFailures();
    this.checkStatement();
    this.checkRows();
    this.noteOtherEnds();
    this.checkCoverage();
    for (const place of this.folder.unreadable) this.fault(this.pathAt(place), "cannot be read");
    return this.code();
  }

  checkJournal() {
    const account = readJournal(this.folder.bytes(JOURNAL), this.read(HEAD));
    this.journal = account;
    for (const problem of account.problems) this.fault(JOURNAL, problem);
    this.notes.push(...account.notes);
    const lock = account.last("lock") || new Map();
    const files = lock.get("files");
    for (const [path, digest] of files instanceof Map ? files : []) {
      if (this.manifest.get(path) === digest) continue;
      const gone = this.manifest.has(path) ? "is not the one that was" : "is read no more, and was";
      this.fault(path, `${gone} locked by entry ${lock.get("n")} of the journal`);
    }
    const before = [...account.entries].filter(([n]) => n <= account.sealed).map(([, entry]) => entry);
    const start = before.reverse().find((entry) => entry.get("kind") === "run_start") || new Map();
    for (const [path, digest] of start.get("configuration") || []) {
      if ((this.manifest.get(path) ?? digest) !== digest) {
        this.fault(path, `is not the configuration that the run of entry ${start.get("n")} parsed: ${short(String(digest))}`);
      }
    }
    this.checkEntries(account);
    const end = account.last("run_end");
    if (end && end.has("outcome") && !["done", null].includes(end.get("outcome"))) {
      this.notes.push(`the last run ended as \`${end.get("outcome")}\` (entry ${end.get("n")} of the journal): what it did not come to make is not here`);
    }
    if (!end) this.fault(JOURNAL, "has the end of no run");
    else if ((end.get("manifest_sha256") ?? null) !== this.digest(MANIFEST)) this.fault(MANIFEST, "is not the one that stood at the end of the run");
    const edited = end ? end.get("edited") : [];
    for (const path of Array.isArray(edited) ? edited.map(String) : []) {
      if (!this.manifest.has(path)) this.fault(JOURNAL, `a library was edited while the last run went on: ${path}`);
    }
  }

  checkEntries(account) {
    const entered = new Map();
    for (const [number, entry] of account.entries) {
      if (entry.get("kind") === "attempt" && entry.get("exit") === 0) entered.set(`${RECORDS}${entry.get("job")}.json`, [number, entry]);
    }
    for (const path of this.recordFiles()) {
      const [number, entry] = entered.get(path) || [];
      entered.delete(path);
      if (!entry) this.fault(path, "no attempt in the journal wrote it");
      else if (entry.get("record_sha256") !== this.digest(path)) this.fault(path, `is not the record that entry ${number} of the journal noted`);
    }
    const lost = [];
    for (const [path, [number]] of entered) {
      if (number > account.sealed) this.fault(path, "is gone, and the journal has it after the seal");
      else if (!this.manifest.has(path)) lost.push(path.slice(RECORDS.length, -".json".length));
    }
    if (lost.length) this.notes.push(`jobs before the seal that left no record, so what they made is not vouched for: ${someOf(lost)}`);
  }

  checkLocks() {
    const entries = this.journal.entries;
    const ofKind = (kind) => new Map([...entries].filter(([, entry]) => entry.get("kind") === kind));
    const [starts, locked] = [ofKind("run_start"), ofKind("plan_lock")];
    const last = Math.max(0, ...[...starts.keys()].filter((n) => n <= this.journal.sealed));
    try {
      const paths = new Set([...starts.values()].flatMap((entry) => [...(entry.get("locks") || new Map()).keys()]));
      for (const entry of locked.values()) paths.add(stringOf(get(entry, "path")));
      for (const path of sorted(paths)) {
        const lock = new Lock(path, this.read(path));
        lock.own = new Map([...locked].filter(([, entry]) => entry.get("path") === path));
        lock.used = new Map([...starts].filter(([, entry]) => (entry.get("locks") || new Map()).has(path)));
        for (const text of [...lock.faults(entries, last), ...this.unused(lock, starts, last)]) this.fault(path, text);
        this.notes.push(...lock.notes(last).map((text) => `${path}: ${text}`));
      }
      this.checkDates(starts, last);
    } catch {
      this.fault(JOURNAL, "what it says of a locked document cannot be read");
    }
  }

  // What is wrong where the results do not rest on a document that was locked before.
  unused(lock, starts, last) {
    const end = starts.get(last) || new Map();
    const noted = end.get("locks") || new Map();
    if (noted.has(lock.path)) {
      const found = [];
      if ((this.manifest.get(lock.path) ?? null) !== get(noted.get(lock.path), "sha256")) found.push(`is not the lock that the run of entry ${last} was started with`);
      if (!this.isFile(lock.path) && [...get(end, "configuration").keys()].some((path) => this.isFile(path))) found.push("is gone, and the configuration that names it is here");
      return found;
    }
    const before = new Map([...lock.used, ...lock.own].filter(([n]) => n < last));
    if (!before.size) return [];
    const number = Math.max(...before.keys());
    const entry = before.get(number);
    const said = starts.has(number) ? get(get(entry, "locks"), lock.path) : entry;
    const heads = [...noted.values()].map((about) => get(about, "version_sha256"));
    if (heads.includes(get(said, "version_sha256"))) return [];
    const text = `locked by entry ${number}, and the run of entry ${last} does not use it`;
    const now = end.get("configuration") || new Map();
    if ([...(entry.get("configuration") || new Map()).keys()].some((path) => now.has(path))) return [`${text}: its key was taken out of the configuration, or names another file`];
    this.notes.push(`${lock.path}: ${text}, which had another configuration`);
    return [];
  }

  checkDates(starts, number) {
    const before = new Map();
    for (const earlier of [...starts.keys()].filter((n) => n < number).sort((a, b) => a - b)) {
      for (const [kind, stated] of starts.get(earlier).get("dates") || []) if (truthy(stated)) before.set(kind, stated);
    }
    for (const [kind, stated] of (starts.get(number) || new Map()).get("dates") || []) {
      if (before.has(kind) && before.get(kind) !== stated) {
        this.notes.push(`a run before stated ${before.get(kind)} as the date of the ${kind}, that of entry ${number} ${stated || "none"}`);
      }
      const entry = this.journal.list().find((each) => each.get("kind") === kind);
      if (!entry) continue;
      const what = `entry ${entry.get("n")} notes the ${kind}`;
      if (stated === null) {
        if (entry.get("n") < number) this.fault(JOURNAL, `${what}, and the run of entry ${number} was given no date of it`);
        continue;
      }
      const days = dayOf(entry.get("at").slice(0, 10)) - dayOf(stated);
      if (days < -1) this.fault(JOURNAL, `${what} on ${entry.get("at").slice(0, 10)}, the configuration on ${stated}`);
      else if (days > 1) this.notes.push(`${what} ${days} days after the date that the configuration has`);
    }
  }

  checkFailures() {
    const attempts = this.journal.lastAttempts();
    const failed = new Map(this.folder.ofResults().filter((path) => /^results\/lineage\/failed\/[^/]*\.json$/.test(path)).map((path) => [path.split("/").at(-1).slice(0, -5), path]));
    for (const [job, entry] of attempts) {
      if (truthy(entry.get("exit")) && !failed.has(job)) this.fault(`${TRAIL}failed/${job}.json`, "is gone: the job failed when it was last tried");
    }
    for (const [job, path] of failed) {
      const entry = attempts.get(job) || new Map();
      if (entry.get("record_sha256") !== this.digest(path) || !truthy(entry.get("exit"))) this.fault(path, "is not the record of the job's last attempt in the journal");
    }
  }

  checkStatement() {
    if (!this.folder.exists(STATEMENT)) return;
    try {
      for (const subject of listOf(get(this.folder.json(STATEMENT), "subject"))) {
        const [path, ...rest] = stringOf(get(subject, "name")).split("#");
        let found = [this.digest(path)];
        if (rest.join("#") && found[0] !== null) {
          const bytes = this.folder.bytes(path) || new Uint8Array();
          found = linesOf(bytes).lines.map(sha256);
        }
        if (!found.includes(get(get(subject, "digest"), "sha256"))) this.fault(path, "is not as the statement has it");
      }
    } catch {
      this.fault(STATEMENT, "cannot be read");
    }
  }

  checkRows() {
    for (const [job, record] of this.records) {
      for (const [table, rows] of record.get("result").get("rows") ?? []) {
        this.balances += 1;
        if (balanced(rows)) continue;
        const text = `${rows.get("read")} read, ${rows.get("used")} used, ${asideOf(rows)} set aside`;
        this.fault(`${RECORDS}${job}.json`, `the rows of ${table} do not balance: ${text}`);
      }
    }
  }

  checkCoverage() {
    const known = new Set([JOURNAL, ...this.faults.keys()]);
    for (const [job, record] of this.records) {
      known.add(`${RECORDS}${job}.json`);
      for (const path of record.get("result").get("outputs").keys()) known.add(path);
    }
    for (const path of this.folder.ofResults()) {
      const stamp = path.split("/").at(-1) === STAMP;
      if (stamp && this.folder.size(path)) this.fault(path, "has the name of Snakemake's time stamps, which are empty");
      else if (!stamp && !known.has(path) && !NO_PRODUCT.test(path)) this.fault(path, "no record says what made it");
    }
  }
}

// Check a folder: what a check asks for is read until it has all.
async function checkFolder(folder, expect, tell) {
  for (;;) {
    const check = new Check(folder, expect);
    check.run();
    if (!folder.wanted.size) return check;
    await folder.readWanted(tell);
  }
}
