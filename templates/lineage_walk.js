"use strict";
// What the page holds, and the way from a file to the others. The same rules as `trialtrail trace`:
// a job that makes many files at once is followed only from the file of the same name.

const MANY = 6;
const BESIDE = new Set(["code", "record"]);
const trail = JSON.parse(document.getElementById("trail").textContent);
const files = trail.files.map(([name, kind, sha256, bytes, link], at) =>
  ({ at, name, kind, sha256, bytes, link, maker: null, readers: [], coded: [], numbers: [], queries: [] }));
const fileNamed = new Map(files.map((file) => [file.name, file]));
const jobs = new Map(trail.jobs.map((job) => [job.id, job]));
const numbers = trail.numbers.map(([id, printed, value, file, row, column, takes]) =>
  ({ id, printed, value, file: files[file], row, column, takes: trail.taken[takes] }));
const numberNamed = new Map(numbers.map((number) => [number.id, number]));
const queries = trail.queries.map(([id, severity, file, line, column, rule, message]) =>
  ({ id, severity, file, line, column, rule, message }));
const columns = new Map(trail.tables.flatMap((table) =>
  table.columns.map((column) => [column.id, Object.assign(column, { table, users: [] })])));
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
const alike = (name) => `${folderOf(name)}*${(baseName(name).match(/\.[^.]*$/) || [""])[0]}`;
const isHub = (job) => job.makes.length > MANY;
const count = (n, one, many) => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;

// Of the files that a job read or made, those that belong to one of its files.
function related(job, file, others, forward) {
  if (!isHub(job)) return others;
  const kin = others.filter((other) => stemOf(other.name) === stemOf(file.name));
  return kin.length || forward ? kin : others;
}

function around(file, forward) {
  if (forward) return [...file.readers, ...file.coded].map((job) => [related(job, file, job.makes, true), job.makes]);
  if (!file.maker) return [];
  const reads = file.maker.reads.filter((other) => !BESIDE.has(other.kind));
  return [[related(file.maker, file, reads, false), reads]];
}

// The nodes around a file, nearest first. A node is what one job made, or one raw file, or the many
// raw files of one folder.
function walk(start, forward) {
  const nodes = new Map();
  const nodeOf = (file, among) => {
    const many = !file.maker && among.filter((other) => !other.maker && alike(other.name) === alike(file.name)).length > MANY;
    const key = file.maker ? file.maker.id + (isHub(file.maker) ? `|${stemOf(file.name)}` : "") : many ? alike(file.name) : file.name;
    if (!nodes.has(key)) nodes.set(key, { key, job: file.maker, pattern: many ? key : "", files: new Set(), next: new Set(), rest: 0, depth: 0 });
    nodes.get(key).files.add(file);
    return nodes.get(key);
  };
  const seen = new Set();
  const queue = [[start, nodeOf(start, [])]];
  const first = queue[0][1];
  while (queue.length) {
    const [file, node] = queue.pop();
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [kin, all] of around(file, forward)) {
      node.rest = Math.max(node.rest, all.length - kin.length);
      for (const other of kin) {
        const next = nodeOf(other, forward ? [] : kin);
        if (next !== node) node.next.add(next);
        queue.push([other, next]);
      }
    }
  }
  // The depth of a node is its longest way from the start, so every step leads away from it.
  const state = new Map();
  const order = [];
  const visit = (node) => {
    state.set(node, "open");
    for (const next of node.next) {
      if (!state.has(next)) visit(next);
      else if (state.get(next) === "open") node.next.delete(next);
    }
    state.set(node, "done");
    order.unshift(node);
  };
  visit(first);
  for (const node of order) for (const next of node.next) next.depth = Math.max(next.depth, node.depth + 1);
  return order.sort((a, b) => a.depth - b.depth || (a.key < b.key ? -1 : 1));
}

// Rows as a job recorded them; of a job that makes many tables, those of the table at hand.
function rowsOf(job, file) {
  const own = file && isHub(job) && job.rows[stemOf(file.name)];
  const counts = own ? [own] : Object.values(job.rows);
  if (!counts.length) return null;
  const aside = {};
  for (const [, , reasons] of counts) {
    for (const [reason, n] of Object.entries(reasons)) aside[reason] = (aside[reason] || 0) + n;
  }
  const sum = (at) => counts.reduce((total, row) => total + row[at], 0);
  return { read: sum(0), used: sum(1), aside };
}
