// The journal and the locked documents, judged as the verifier in Python judges them.

const START = "0".repeat(64);
const VERSIONS = "runrecord-versions/1";
const VERSION_KEYS = ["version", "at", "by", "why", "previous", "content", "content_sha256", "sum"];
const CLOCKS = 300;
const LINE_END = 10;

// Lines of bytes without their ends; whether the last one is cut off.
function linesOf(bytes) {
  const lines = [];
  let begun = 0;
  for (let at = bytes.indexOf(LINE_END); at >= 0; at = bytes.indexOf(LINE_END, begun)) {
    lines.push(bytes.subarray(begun, at));
    begun = at + 1;
  }
  const torn = begun < bytes.length;
  if (torn) lines.push(bytes.subarray(begun));
  return { lines, torn };
}

const MARK = utf8(', "sum": "');
const TORN = '"kind": "torn"';
const roughly = (bytes) => new TextDecoder().decode(bytes);

// An entry, none unless the line is as it was written.
function readEntry(line) {
  let at = line.length - MARK.length;
  while (at >= 0 && !MARK.every((byte, i) => line[at + i] === byte)) at -= 1;
  if (at < 0) return null;
  const body = new Uint8Array(at + 1);
  body.set(line.subarray(0, at));
  body[at] = 0x7d;
  if (roughly(line.subarray(at + MARK.length)) !== `${sha256(body)}"}`) return null;
  return unless(() => {
    const entry = mapOf(readJson(textOf(line)));
    return ["n", "kind", "at", "previous"].every((key) => entry.has(key)) ? entry : null;
  }, null);
}

class Account {
  constructor() { this.entries = new Map(); this.problems = []; this.notes = []; this.sealed = 0; }

  list() { return [...this.entries.values()]; }

  last(kind) { return this.list().reverse().find((entry) => entry.get("kind") === kind) || null; }

  lastAttempts() {
    const attempts = this.list().filter((entry) => entry.get("kind") === "attempt");
    return new Map(attempts.map((entry) => [entry.get("job") ?? "", entry]));
  }
}

function readJournal(bytes, head) {
  const account = new Account();
  if (!bytes) {
    account.problems.push("is missing or cannot be read");
    return account;
  }
  const { lines, torn } = linesOf(bytes);
  if (torn) account.problems.push(`entry ${lines.length}, the last, is cut off`);
  checkChain(lines, account);
  checkHead(lines, head, account);
  checkRuns(account);
  return account;
}

function checkChain(lines, account) {
  let previous = START;
  lines.forEach((line, place) => {
    const number = place + 1;
    const entry = readEntry(line);
    if (entry) {
      account.entries.set(number, entry);
      if (entry.get("n") !== number) {
        account.problems.push(`entry ${number} was written as number ${entry.get("n")}: entries were deleted, added or moved`);
      } else if (entry.get("previous") !== previous) {
        account.problems.push(`entry ${number} does not follow the one before: that one was changed, or put in its place`);
      }
    } else if (roughly(lines[number] || new Uint8Array()).includes(TORN)) {
      account.notes.push(`entry ${number} of the journal was cut off while it was written`);
    } else {
      account.problems.push(`entry ${number} has been changed: its sum is another`);
    }
    previous = sha256(line);
  });
}

function checkHead(lines, text, account) {
  let sealed;
  try {
    const head = readJson(stringOf(text));
    account.sealed = Number(get(head, "entries"));
    sealed = get(head, "head");
    if (!Number.isInteger(account.sealed)) damaged("no number");
  } catch {
    account.problems.push("journal_head.json, what the seal noted of it, is missing or damaged");
    account.sealed = Number.isInteger(account.sealed) ? account.sealed : 0;
    return;
  }
  const lost = account.sealed - lines.length;
  if (lost > 0) {
    account.problems.push(`${lost} of the ${account.sealed} entries that were sealed are gone from the end`);
  } else if (account.sealed && sha256(lines.at(account.sealed - 1)) !== sealed) {
    account.problems.push(`entry ${account.sealed} is not the one that was sealed`);
  }
}

function checkRuns(account) {
  let [started, attempts, touched] = [0, 0, false];
  for (const [number, entry] of account.entries) {
    const found = number > account.sealed ? account.problems : account.notes;
    const kind = entry.get("kind");
    if (kind === "run_start") {
      if (started) account.notes.push(`the run of entry ${started} was stopped by force`);
      [started, attempts, touched] = [number, 0, entry.get("touch") === true];
    } else if (kind === "attempt") {
      attempts += 1;
      if (!started) found.push(`entry ${number}, an attempt, is outside of any run (--no-hooks?)`);
    } else if (kind === "run_end") {
      if (!started) {
        found.push(`entry ${number} ends a run that has no start`);
      } else if (touched || (!attempts && entry.get("outcome") === "done")) {
        found.push(`the run of entry ${started} did no job and marked files as made (snakemake --touch)`);
      }
      started = 0;
    }
  }
  if (started) account.problems.push(`the run of entry ${started} has no end: it still runs, was stopped by force, or entries were cut off`);
}

// A moment as the journal writes it, in seconds.
function timeOf(text) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{3}(?:\d{3})?)?Z$/.exec(stringOf(text)) || damaged("no time");
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (moment.toISOString().slice(0, 19) !== text.slice(0, 19)) damaged("no time");
  return moment.getTime() / 1000 + Number(parts[7] || 0);
}

const dayOf = (text) => timeOf(`${text}T00:00:00Z`) / 86400;

function readVersions(text) {
  let versions, times;
  try {
    const whole = readJson(text);
    versions = listOf(get(whole, "versions"));
    const ordinary = get(whole, "form") === VERSIONS && versions.length;
    if (!ordinary || !versions.every((version) => VERSION_KEYS.every((key) => mapOf(version).has(key)))) damaged("no versions");
    times = versions.map((version) => timeOf(version.get("at")));
  } catch {
    return { versions: [], problems: ["cannot be read as a locked document"] };
  }
  const problems = [];
  let previous = START;
  versions.forEach((version, at) => {
    const name = `version ${at + 1}`;
    if (version.get("version") !== at + 1) problems.push(`${name} is numbered ${version.get("version")}: versions were moved or lost`);
    const rest = new Map([...version].filter(([key]) => key !== "sum"));
    if (version.get("content_sha256") !== sumOf(version.get("content"))) problems.push(`${name}: what it locks has been changed`);
    else if (version.get("sum") !== sumOf(rest)) problems.push(`${name} has been changed: its digest is another`);
    if (version.get("previous") !== previous) problems.push(`${name} does not follow the one before, which is another now`);
    if (at && times[at] < times[at - 1]) problems.push(`${name} is dated before the version that it follows`);
    previous = version.get("sum");
  });
  return { versions, problems };
}

// A locked document: its versions, and the entries of the journal that are about it.
class Lock {
  constructor(path, text) {
    this.path = path;
    const { versions, problems } = text === null ? { versions: [], problems: [] } : readVersions(text);
    this.versions = versions;
    this.problems = problems;
    this.byNumber = new Map(versions.map((version) => [version.get("version"), version]));
  }

  faults(entries, last) {
    const found = [...this.problems];
    for (const [number, entry] of this.own) {
      found.push(...this.differs(entry, `locked by entry ${number} of the journal`));
      const name = `version ${get(entry, "version")}`;
      const moment = timeOf(entry.get("at"));
      if (Math.abs(moment - timeOf(get(entry, "locked_at"))) > CLOCKS) {
        found.push(`${name} is dated ${entry.get("locked_at")}; entry ${number} is of ${entry.get("at")}`);
      }
      const [before, after] = [number - 1, number + 1].map((n) => timeOf((entries.get(n) || entry).get("at")));
      if (before - CLOCKS > moment || moment > after + CLOCKS) found.push(`${name}: entry ${number}, which locks it, is dated out of its order`);
    }
    let top = 0;
    for (const [number, entry] of this.used) {
      const noted = get(get(entry, "locks"), this.path);
      const name = `version ${get(noted, "version")}`;
      const version = this.byNumber.get(noted.get("version"));
      found.push(...this.differs(noted, `used by the run of entry ${number}`));
      if (version && timeOf(version.get("at")) > timeOf(entry.get("at")) + CLOCKS) found.push(`${name} is dated after the run of entry ${number}, which used it`);
      const late = [...this.own].filter(([n, e]) => get(e, "version_sha256") === get(noted, "version_sha256") && n > number);
      if (late.length) found.push(`${name} was used by the run of entry ${number}, and entry ${late[0][0]} locks it`);
      if (noted.get("version") < top && number === last) found.push(`was replaced by an older one: the run used ${name}, one before it ${top}`);
      top = Math.max(top, noted.get("version"));
    }
    return found;
  }

  differs(noted, source) {
    const version = this.byNumber.get(get(noted, "version"));
    if (!this.versions.length) return [];
    if (!version) return [`has no version ${noted.get("version")}, which was ${source}`];
    return version.get("sum") !== get(noted, "version_sha256") ? [`version ${noted.get("version")} is not the one that was ${source}`] : [];
  }

  notes(last) {
    const found = [];
    for (const [number, entry] of this.own) {
      if (number > last && last > 0) found.push(`version ${entry.get("version")} was locked after the run: run the workflow again`);
    }
    const known = new Set([...this.own.values()].map((entry) => entry.get("version")));
    const strange = [...this.byNumber.keys()].filter((number) => !known.has(number));
    if (strange.length) found.push(`locked elsewhere, as no entry of this journal notes it: version ${strange.join(", ")}`);
    for (const number of strange) {
      const moment = timeOf(this.byNumber.get(number).get("at"));
      for (const [start, entry] of this.used) {
        if (get(get(get(entry, "locks"), this.path), "version") < number && timeOf(entry.get("at")) > moment) {
          found.push(`version ${number} is dated before the run of entry ${start}, which did not have it: it was not here yet, or is dated back`);
          break;
        }
      }
    }
    return found;
  }
}
