// A results folder as a person gives it to the page, and which of its files is which.

const WHOLE_AT_ONCE = 128 * 2 ** 20;
const LARGEST_TEXT = 2 ** 26;
const SLICE = 8 * 2 ** 20;
const AT_ROOT = /^(.*?)(?:^|\/)lineage\/(?:manifest\.sha256|lineage\.json|journal\.jsonl|records\/[^/]+\.json)$/;
const ABOVE = /^(\.\.\/)+/;
const RESULTS = "results/";

// A path without `.` and `..`; none where it leads out of what was chosen.
function plainPath(path) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (!parts.length) return null;
      parts.pop();
    } else if (part && part !== ".") parts.push(part);
  }
  return path.startsWith("/") ? null : parts.join("/");
}

// A name without what file systems and archives change: capitals, and how accents are kept.
const spelt = (name) => name.normalize("NFC").toLowerCase();

class Folder {
  // `files` is a list of [path from what was chosen on, File].
  constructor(files) {
    this.files = new Map(files);
    this.folders = new Set();
    for (const path of this.files.keys()) {
      for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) this.folders.add(path.slice(0, at));
    }
    this.names = new Map();
    this.digests = new Map();
    this.texts = new Map();
    this.values = new Map();
    this.unreadable = new Set();
    this.wanted = new Set();
    this.roots = this.findRoots();
    [this.root] = this.roots;
  }

  // Folders that hold a lineage, those nearest to the top.
  findRoots() {
    const roots = new Set();
    for (const path of this.files.keys()) {
      const found = AT_ROOT.exec(path);
      if (found && found[1]) roots.add(found[1]);
    }
    const depth = (root) => root.split("/").length;
    const least = Math.min(...[...roots].map(depth));
    return sorted([...roots].filter((root) => depth(root) === least));
  }

  get parent() { return this.root.includes("/") ? this.root.slice(0, this.root.lastIndexOf("/") + 1) : ""; }

  has(place) { return place !== null && (this.files.has(place) || this.folders.has(place)); }

  // The names that records give to paths: with others, other files may be meant.
  set names(names) { this.known = names; this.places = new Map(); }

  place(path) {
    if (!this.places.has(path)) this.places.set(path, this.findPlace(path));
    return this.places.get(path);
  }

  // Where a file of the manifest is among those chosen; a bundle has code by the records' names.
  findPlace(path) {
    if (path.startsWith(RESULTS)) return plainPath(`${this.root}/${path.slice(RESULTS.length)}`);
    if (path.startsWith("..")) {
      const bundled = plainPath(this.parent + (this.known.get(path) || path.replace(ABOVE, "")));
      if (this.has(bundled)) return bundled;
    }
    return path.startsWith("/") ? null : plainPath(this.parent + path);
  }

  // What stands in the folder of a place by the same name, spelt otherwise.
  spelling(place) {
    if (!this.spellings) {
      this.spellings = new Map();
      for (const each of sorted([...this.files.keys(), ...this.folders])) if (!this.spellings.has(spelt(each))) this.spellings.set(spelt(each), each);
    }
    const other = this.spellings.get(spelt(place));
    const folderOf = (path) => path.slice(0, path.lastIndexOf("/") + 1);
    return other !== undefined && other !== place && folderOf(other) === folderOf(place) ? other : undefined;
  }

  exists(path) { return this.has(this.place(path)); }

  // The digest of a file, none where there is none; one that is not known yet is asked for.
  digest(path) {
    const place = this.place(path);
    if (place === null || !this.files.has(place)) return null;
    if (!this.digests.has(place)) this.wanted.add(place);
    return this.digests.get(place) ?? null;
  }

  bytes(path) {
    const place = this.place(path);
    if (place === null || !this.files.has(place)) return null;
    if (!this.texts.has(place)) this.wanted.add(place).add(`text ${place}`);
    return this.texts.get(place) ?? null;
  }

  text(path) {
    const bytes = this.bytes(path);
    return bytes === null ? null : unless(() => textOf(bytes), null);
  }

  // The value of a JSON file, read once; damage of any kind is thrown.
  json(path) {
    const place = this.place(path);
    if (!this.values.has(place)) {
      const text = this.text(path);
      if (text === null) damaged("no text");
      this.values.set(place, readJson(text));
    }
    return this.values.get(place);
  }

  // The files of the results, by their paths in the manifest.
  ofResults() {
    const start = `${this.root}/`;
    return sorted([...this.files.keys()].filter((path) => path.startsWith(start)).map((path) => RESULTS + path.slice(start.length)));
  }

  size(path) { return this.files.get(this.place(path)).size; }

  // Read what was asked for; `tell` hears how many files are done.
  async readWanted(tell) {
    const wanted = [...this.wanted];
    this.wanted.clear();
    let done = 0;
    for (const entry of wanted) {
      const place = entry.replace(/^text /, "");
      try {
        if (entry === place) {
          if (!this.digests.has(place)) this.digests.set(place, await digestOf(this.files.get(place)));
        } else {
          this.texts.set(place, new Uint8Array(await this.files.get(place).arrayBuffer()));
        }
      } catch {
        this.unreadable.add(place);
        if (entry === place) this.digests.set(place, null);
        else this.texts.set(place, null);
      }
      done += 1;
      if (tell && (done % 25 === 0 || done === wanted.length)) await tell(done, wanted.length);
    }
    return wanted.length;
  }
}

const hexOf = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// By the browser's own digest, which takes a whole file; what is too large, in slices.
async function digestOf(file) {
  const subtle = globalThis.crypto && globalThis.crypto.subtle;
  if (subtle && file.size <= WHOLE_AT_ONCE) return hexOf(await subtle.digest("SHA-256", await file.arrayBuffer()));
  const running = new Sha256();
  for (let at = 0; at < file.size; at += SLICE) running.update(new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer()));
  return running.hex();
}
