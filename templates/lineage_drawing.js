// A drawing in layers: what the chosen thing comes from on its left, what comes from it on its right.

const SVG = "http://www.w3.org/2000/svg";
const BOX = { least: 92, most: 168, height: 36, across: 24, down: 9, rows: 9, through: 8 };

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function fitted(text, letters) {
  if (text.length > letters) text = text.replace(/\.parquet$/, "");
  if (text.length <= letters) return text;
  const end = Math.floor(letters * 0.45);
  return `${text.slice(0, letters - end - 1)}…${text.slice(-end)}`;
}

// boxes: [{key, layer, label, sub, href, kind, chosen, full}], lines: [[from, to]] from left to right.
// Returns the picture, fitted to `room` pixels, and how many layers found no room in it.
function drawing(boxes, lines, title, room) {
  const all = [...new Set(boxes.map((box) => box.layer))].sort((a, b) => a - b);
  const order = nearest(all, boxes.find((box) => box.chosen).layer, Math.floor((room + BOX.across) / (BOX.least + BOX.across)));
  const layers = new Map(order.map((layer) => [layer, []]));
  for (const box of boxes) {
    box.paths = [];
    if (layers.has(box.layer)) layers.get(box.layer).push(box);
  }
  settle(order, layers, lines);
  const shown = new Map(order.flatMap((layer) => layers.get(layer)).map((box) => [box.key, box]));
  for (const layer of order) curtail(layers, layer, shown);
  const pieces = pieced(order, layers, lines, shown);
  settle(order, layers, pieces.map(([one, other]) => [one.key, other.key]));
  const size = place(order, layers, Math.min(BOX.most, Math.floor((room - 6 + BOX.across) / order.length) - BOX.across));
  const picture = svg("svg", { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`, role: "group", "aria-label": title });
  for (const [one, other, ends] of pieces) {
    const path = svg("path", { d: curve(one, other) });
    picture.append(path);
    for (const end of ends) end.paths.push(path);
  }
  const drawn = order.flatMap((layer) => layers.get(layer)).filter((box) => !box.through);
  for (const box of drawn) picture.append(drawnBox(box));
  walkable(drawn);
  return { picture, left: all.length - order.length };
}

// Of the layers those nearest to the chosen one, as many as there is room for.
function nearest(all, middle, most) {
  const kept = all.slice().sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  return kept.slice(0, Math.max(2, most)).sort((a, b) => a - b);
}

// Lines in pieces from layer to layer: one that leaps goes around the boxes between.
function pieced(order, layers, lines, shown) {
  const column = new Map(order.map((layer, at) => [layer, at]));
  const pieces = new Map();
  const join = (one, other, ends) => {
    const key = `${one.key}\n${other.key}`;
    if (!pieces.has(key)) pieces.set(key, [one, other, new Set()]);
    for (const end of ends) pieces.get(key)[2].add(end);
  };
  const bends = new Map();
  const known = lines.map(([from, to]) => [shown.get(from), shown.get(to)]).filter(([one, other]) => one && other && one !== other);
  const leaps = new Map();
  for (const [one, other] of known) {
    if (column.get(other.layer) - column.get(one.layer) < 2) continue;
    for (const [end, far] of [[one, other], [other, one]]) leaps.set(end, (leaps.get(end) || new Set()).add(far));
  }
  for (const [one, other] of known) {
    let last = one;
    for (let at = column.get(one.layer) + 1; at < column.get(other.layer); at += 1) {
      // Lines that leap share a lane with the others of the end that has more of them.
      const key = leaps.get(other).size > leaps.get(one).size ? `to ${other.key} through ${at}` : `${one.key} through ${at}`;
      if (!bends.has(key)) {
        bends.set(key, { key, layer: order[at], through: true, paths: [] });
        layers.get(order[at]).push(bends.get(key));
      }
      join(last, bends.get(key), [one, other]);
      last = bends.get(key);
    }
    join(last, other, [one, other]);
  }
  return [...pieces.values()];
}

function place(order, layers, width) {
  const tall = (box) => (box.through ? BOX.through : BOX.height);
  const heights = order.map((layer) => layers.get(layer).reduce((sum, box) => sum + tall(box) + BOX.down, -BOX.down));
  const height = Math.max(...heights) + 6;
  order.forEach((layer, column) => {
    let y = (height - heights[column]) / 2;
    for (const box of layers.get(layer)) {
      Object.assign(box, { x: 3 + column * (width + BOX.across), y, column, width, middle: y + tall(box) / 2 });
      y += tall(box) + BOX.down;
    }
  });
  return { height, width: order.length * (width + BOX.across) - BOX.across + 6 };
}

// Order the boxes of each layer by the middle of their neighbours, so that fewer lines cross.
function settle(order, layers, lines) {
  const near = new Map();
  for (const [from, to] of lines) {
    for (const [one, other] of [[from, to], [to, from]]) near.set(one, [...(near.get(one) || []), other]);
  }
  const spot = new Map();
  const note = (layer) => layers.get(layer).forEach((box, at) => spot.set(box.key, (at + 0.5) / layers.get(layer).length));
  order.forEach(note);
  for (const sweep of [order.slice().reverse(), order]) {
    for (const layer of sweep) {
      const middle = (box) => {
        const places = (near.get(box.key) || []).filter((key) => spot.has(key)).map((key) => spot.get(key));
        return places.length ? places.reduce((a, b) => a + b, 0) / places.length : 0.5;
      };
      const wanted = new Map(layers.get(layer).map((box) => [box, middle(box)]));
      layers.get(layer).sort((a, b) => wanted.get(a) - wanted.get(b) || (a.key < b.key ? -1 : 1));
      note(layer);
    }
  }
}

// Of a layer with many boxes the first are drawn and the others are one box that counts them.
function curtail(layers, layer, shown) {
  const group = layers.get(layer);
  if (group.length <= BOX.rows) return;
  const kept = group.slice(0, BOX.rows - 1);
  const rest = group.slice(BOX.rows - 1);
  const more = {
    key: `more ${layer}`, layer, label: `${rest.length} more`, sub: "listed below", kind: "more",
    href: layer < 0 ? "#above" : "#below", full: rest.map((box) => box.full).join(", "), paths: [],
  };
  for (const box of rest) shown.set(box.key, more);
  layers.set(layer, [...kept, more]);
}

function curve(one, other) {
  const [x1, y1, x2, y2] = [one.x + one.width, one.middle, other.x, other.middle];
  const bend = Math.max(10, (x2 - x1) / 2);
  const flat = one.through ? `M${one.x} ${y1}H${x1}` : `M${x1} ${y1}`;
  return `${flat}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function drawnBox(box) {
  const link = svg("a", { class: `${box.kind}${box.chosen ? " chosen" : ""}`, tabindex: box.chosen ? "0" : "-1", "aria-label": `${box.full}${box.sub ? `, ${box.sub}` : ""}` });
  link.setAttribute("href", box.href);
  if (box.chosen) link.setAttribute("aria-current", "true");
  const letters = (wide) => Math.floor((box.width - 14) / wide);
  link.append(
    svg("title", {}, box.full),
    svg("rect", { x: box.x, y: box.y, width: box.width, height: BOX.height, rx: 4 }),
    svg("text", { x: box.x + 7, y: box.y + (box.sub ? 15 : 22) }, fitted(box.label, letters(6.2))),
  );
  if (box.sub) link.append(svg("text", { class: "sub", x: box.x + 7, y: box.y + 28 }, fitted(box.sub, letters(5.3))));
  const light = (on) => () => box.paths.forEach((path) => path.classList.toggle("lit", on));
  link.addEventListener("mouseenter", light(true));
  link.addEventListener("mouseleave", light(false));
  link.addEventListener("focus", light(true));
  link.addEventListener("blur", light(false));
  if (box.kind === "more") {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const list = document.querySelector(box.href);
      list.scrollIntoView();
      list.focus();
    });
  }
  box.link = link;
  return link;
}

// One stop of the Tab key; the arrow keys step from box to box, Enter opens.
function walkable(boxes) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  for (const box of boxes) {
    box.link.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const column = boxes.filter((other) => other.column === box.column + step[0]);
      const ahead = column.filter((other) => (step[1] ? (other.y - box.y) * step[1] > 0 : true));
      ahead.sort((a, b) => Math.abs(a.y - box.y) - Math.abs(b.y - box.y));
      if (!ahead.length) return;
      box.link.setAttribute("tabindex", "-1");
      ahead[0].link.setAttribute("tabindex", "0");
      ahead[0].link.focus();
    });
  }
}
