// Digests and JSON as the verifier in Python has them, so that both come to the same answer.

const WORDS = new Int32Array(64);
for (let n = 2, known = 0; known < 64; n += 1) {
  let prime = true;
  for (let by = 2; by * by <= n; by += 1) if (n % by === 0) prime = false;
  if (prime) { WORDS[known] = (Math.cbrt(n) % 1) * 2 ** 32 | 0; known += 1; }
}
const BEGIN = [2, 3, 5, 7, 11, 13, 17, 19].map((prime) => (Math.sqrt(prime) % 1) * 2 ** 32 | 0);

// SHA-256 (FIPS 180-4) over parts of a file: a browser's own digest takes whole files only.
class Sha256 {
  constructor() {
    this.state = Int32Array.from(BEGIN);
    this.block = new Uint8Array(64);
    this.schedule = new Int32Array(64);
    this.filled = 0;
    this.length = 0;
  }

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      const taken = Math.min(64 - this.filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled === 64) { this.compress(); this.filled = 0; }
    }
    return this;
  }

  compress() {
    const w = this.schedule;
    const b = this.block;
    for (let i = 0; i < 16; i += 1) w[i] = (b[4 * i] << 24) | (b[4 * i + 1] << 16) | (b[4 * i + 2] << 8) | b[4 * i + 3];
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    const s = this.state;
    let a = s[0], bb = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + WORDS[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & bb) ^ (a & c) ^ (bb & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = bb; bb = a; a = (t1 + t2) | 0;
    }
    s[0] += a; s[1] += bb; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
  }

  hex() {
    const length = this.length;
    this.update(Uint8Array.of(0x80));
    while (this.filled !== 56) this.update(Uint8Array.of(0));
    const end = new DataView(new ArrayBuffer(8));
    end.setUint32(0, Math.floor(length / 2 ** 29));
    end.setUint32(4, (length * 8) % 2 ** 32);
    this.update(new Uint8Array(end.buffer));
    return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const sha256 = (bytes) => new Sha256().update(bytes).hex();
const utf8 = (text) => new TextEncoder().encode(text);

class Damage extends Error {}
const damaged = (why) => { throw new Damage(why); };

// Text as Python reads it: strictly UTF-8, every line end one sign.
function textOf(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r\n?/g, "\n");
}

// Signs are in order by their numbers, as in Python, not by the halves of UTF-16.
function inOrder(one, two) {
  for (let i = 0; i < one.length && i < two.length; i += 1) {
    const [a, b] = [one.charCodeAt(i), two.charCodeAt(i)];
    if (a !== b) return (a >= 0xd800 && b >= 0xd800) ? rankOf(a) - rankOf(b) : a - b;
  }
  return one.length - two.length;
}
const rankOf = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit + 0x2000);
const sorted = (texts) => [...texts].sort(inOrder);

class Float { constructor(text) { this.text = text; } }

// The text that Python gives a number with a fraction: the same digits, another form of the power.
function floatText(value) {
  if (Object.is(value, -0)) return "-0.0";
  const [digits, power] = Math.abs(value).toExponential().split("e");
  const exponent = Number(power);
  const sign = value < 0 ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  const plain = digits.replace(".", "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${plain}`;
  const whole = plain.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${plain.slice(exponent + 1) || "0"}`;
}

const DEEPEST = 900;
const LONGEST_NUMBER = 4300;
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

// JSON as Python takes it: objects are maps, and a number keeps the form in which it is written.
class Json {
  constructor(text) { this.text = text; this.at = 0; this.depth = 0; }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  next() { this.match(BLANK); return this.text[this.at]; }

  whole() {
    const value = this.value();
    this.next();
    return this.at === this.text.length ? value : damaged("more than one value");
  }

  value() {
    const sign = this.next();
    if (sign === "{" || sign === "[") {
      this.depth += 1;
      if (this.depth > DEEPEST) damaged("nested too deep");
      this.at += 1;
      const value = sign === "{" ? this.object() : this.list();
      this.depth -= 1;
      return value;
    }
    if (sign === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) { this.at += word.length; return value; }
    }
    return this.number();
  }

  number() {
    const found = this.match(NUMBER) || damaged("no value");
    if (found[1] || found[2]) return new Float(floatText(Number(found[0])));
    if (found[0].length > LONGEST_NUMBER) damaged("a number too long");
    const value = Number(found[0]);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(found[0]);
  }

  string() {
    let text = "";
    this.at += 1;
    for (;;) {
      text += this.match(PLAIN)[0];
      const sign = this.text[this.at];
      this.at += 1;
      if (sign === '"') return text;
      if (sign !== "\\") damaged("a text without end");
      const kind = this.text[this.at];
      this.at += 1;
      if (kind === "u") {
        const code = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) damaged("no sign");
        text += String.fromCharCode(parseInt(code, 16));
        this.at += 4;
      } else {
        text += Object.hasOwn(ESCAPES, kind || "") ? ESCAPES[kind] : damaged("no escape");
      }
    }
  }

  list() {
    const list = [];
    if (this.next() === "]") { this.at += 1; return list; }
    for (;;) {
      list.push(this.value());
      const sign = this.next();
      this.at += 1;
      if (sign === "]") return list;
      if (sign !== ",") damaged("a list without end");
    }
  }

  object() {
    const map = new Map();
    if (this.next() === "}") { this.at += 1; return map; }
    for (;;) {
      if (this.next() !== '"') damaged("no key");
      const key = this.string();
      if (this.next() !== ":") damaged("no value");
      this.at += 1;
      map.set(key, this.value());
      const sign = this.next();
      this.at += 1;
      if (sign === "}") return map;
      if (sign !== ",") damaged("an object without end");
    }
  }
}
const readJson = (text) => new Json(text).whole();

const SHORT = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const quoted = (text) => `"${text.replace(/["\\\u0000-\u001f]/g, (sign) => SHORT[sign] || `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;

// The one text of a value: keys in order, one blank a level.
function canonical(value, margin = "\n") {
  if (typeof value === "string") return value.isWellFormed?.() === false ? damaged("half a sign") : quoted(value);
  if (value instanceof Float) return value.text;
  const inner = `${margin} `;
  if (value instanceof Map) {
    const parts = sorted(value.keys()).map((key) => `${quoted(key)}: ${canonical(value.get(key), inner)}`);
    return parts.length ? `{${inner}${parts.join(`,${inner}`)}${margin}}` : "{}";
  }
  if (Array.isArray(value)) {
    return value.length ? `[${inner}${value.map((item) => canonical(item, inner)).join(`,${inner}`)}${margin}]` : "[]";
  }
  return String(value);
}
const sumOf = (value) => sha256(utf8(`${canonical(value)}\n`));
const same = (one, two) => one === two || canonical(one ?? null) === canonical(two ?? null);

const mapOf = (value) => (value instanceof Map ? value : damaged("no object"));
const listOf = (value) => (Array.isArray(value) ? value : damaged("no list"));
const stringOf = (value) => (typeof value === "string" ? value : damaged("no text"));
const get = (map, key) => (mapOf(map).has(key) ? map.get(key) : damaged(`no ${key}`));
const truthy = (value) => value instanceof Map ? value.size > 0 : Array.isArray(value) ? value.length > 0 : Boolean(value);
const asMap = (entries) => new Map(Object.entries(entries));

// What a function gives, or another value where it meets damage of any kind.
function unless(act, otherwise) {
  try { return act(); } catch (error) { return typeof otherwise === "function" ? otherwise(error) : otherwise; }
}
