"use strict";
// What the page holds, and the walk over it. The same rules as `trialtrail trace`: a job that makes
// many files at once is followed only from the file of the same name.

const MANY = 6;
const BESIDE = new Set(["code", "record"]);
const trail = JSON.parse(document.getElementById("trail").textContent);
const files = trail.files.map(([name, kind, sha256, bytes, link], at) =>
  ({ at, name, kind, sha256, bytes, link, maker: null, readers: [], coded: [], numbers: [], queries: [] }));
const fileNamed = new Map(files.map((file) => [file.name, file]));
const jobs = new Map(trail.jobs.map((job) => [job.id, job]));
const numbers = trail.numbers.map(([id, printed, value, file, row, column]) =>
  ({ id, printed, value, file: files[file], row, column }));
const numberNamed = new Map(numbers.map((number) => [number.id, number]));
const queries = trail.queries.map(([id, severity, file, line, column, rule, message]) =>
  ({ id, severity, file, line, column, rule, message }));
const columns = new Map();
for (const table of trail.tables) {
  for (const column of table.columns) {
    columns.set(column.id, Object.assign(column, { table, users: [] }));
  }
}
for (const column of columns.values()) {
  for (const [kind, id] of column.sources) {
    if (kind === "column" && columns.has(id)) columns.get(id).users.push(column.id);
  }
}
for (const job of jobs.values()) {
  for (const key of ["reads", "code", "makes"]) job[key] = job[key].map((at) => files[at]);
  job.script = job.script === null ? null : files[job.script];
  job.makes.forEach((file) => { file.maker = job; });
  job.reads.forEach((file) => file.readers.push(job));
  job.code.forEach((file) => file.coded.push(job));
}
numbers.forEach((number) => { if (number.file) number.file.numbers.push(number); });
queries.forEach((query) => {
  const file = fileNamed.get(query.file) || files.find((other) => other.name.endsWith("/" + query.file));
  query.at = file || null;
  if (file) file.queries.push(query);
});

const baseName = (name) => name.slice(name.lastIndexOf("/") + 1);
const stemOf = (name) => baseName(name).replace(/\.[^.]*$/, "");
const folderOf = (name) => name.slice(0, name.lastIndexOf("/") + 1);
const endingOf = (name) => (baseName(name).match(/\.[^.]*$/) || [""])[0];
const isHub = (job) => job.makes.length > MANY;
const count = (n, one, many) => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

// A node of a walk is what one job made, or one raw file, or the many raw files of one folder.
function nodeOf(file, job, among) {
  if (job) {
    return isHub(job) ? { key: `${job.id}|${stemOf(file.name)}`, job } : { key: job.id, job };
  }
  const pattern = folderOf(file.name) + "*" + endingOf(file.name);
  const alike = among.filter((other) => !other.maker && folderOf(other.name) + "*" + endingOf(other.name) === pattern);
  return alike.length > MANY ? { key: pattern, job: null, pattern } : { key: file.name, job: null };
}

function kinOf(job, file, others, forward) {
  if (!isHub(job)) return { kin: others, rest: 0 };
  const stem = stemOf(file.name);
  const kin = others.filter((other) => stemOf(other.name) === stem);
  if (!kin.length && !forward) return { kin: others, rest: 0 };
  return { kin, rest: others.length - kin.length };
}

class Walk {
  constructor(forward) {
    this.forward = forward;
    this.nodes = new Map();
  }

  node(file, among) {
    const made = nodeOf(file, file.maker, among);
    if (!this.nodes.has(made.key)) {
      this.nodes.set(made.key, Object.assign(made, { files: new Set(), next: new Set(), rest: 0, depth: 0 }));
    }
    const node = this.nodes.get(made.key);
    node.files.add(file);
    return node;
  }

  from(start) {
    const seen = new Set();
    const queue = [start];
    this.start = this.node(start, []);
    while (queue.length) {
      const file = queue.pop();
      if (seen.has(file)) continue;
      seen.add(file);
      const node = this.node(file, this.forward ? [] : this.among || []);
      for (const [other, among] of this.forward ? this.below(file, node) : this.above(file, node)) {
        this.among = among;
        const next = this.node(other, among);
        if (next !== node) node.next.add(next);
        if (next.pattern) seen.add(other);
        else queue.push(other);
      }
    }
    return this.layered();
  }

  * above(file, node) {
    if (!file.maker) return;
    const reads = file.maker.reads.filter((other) => !BESIDE.has(other.kind));
    const { kin, rest } = kinOf(file.maker, file, reads, false);
    node.rest = rest;
    for (const other of kin) yield [other, kin];
  }

  * below(file, node) {
    for (const job of [...file.readers, ...file.coded]) {
      const { kin, rest } = kinOf(job, file, job.makes, true);
      if (rest) node.rest = Math.max(node.rest, rest);
      for (const other of kin) yield [other, []];
    }
  }

  // The depth of a node is its longest way from the start, so every step leads away from it.
  layered() {
    const state = new Map();
    const order = [];
    const visit = (node) => {
      state.set(node, 1);
      for (const next of node.next) {
        if (!state.has(next)) visit(next);
        else if (state.get(next) === 1) node.next.delete(next);
      }
      state.set(node, 2);
      order.push(node);
    };
    visit(this.start);
    order.reverse();
    for (const node of order) {
      for (const next of node.next) next.depth = Math.max(next.depth, node.depth + 1);
    }
    return order.sort((a, b) => a.depth - b.depth || (a.key < b.key ? -1 : 1));
  }
}

const walkUp = (file) => new Walk(false).from(file);
const walkDown = (file) => new Walk(true).from(file);

// Rows as a job told them; of a job that makes many tables, those of the table at hand.
function rowsOf(job, file) {
  const own = file && isHub(job) && job.rows[stemOf(file.name)];
  const told = own ? [own] : Object.values(job.rows);
  if (!told.length) return null;
  const aside = {};
  let read = 0;
  let used = 0;
  for (const [rowsRead, rowsUsed, reasons] of told) {
    read += rowsRead;
    used += rowsUsed;
    for (const [reason, n] of Object.entries(reasons)) aside[reason] = (aside[reason] || 0) + n;
  }
  return { read, used, aside };
}
