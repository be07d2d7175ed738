// A drawing in layers: what a file comes from on its left, what comes from it on its right.

const BOX = { least: 92, most: 168, height: 36, across: 24, down: 9, rows: 9 };

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function shortened(text, letters) {
  if (text.length <= letters) return text;
  const end = Math.floor(letters * 0.45);
  return `${text.slice(0, letters - end - 1)}…${text.slice(-end)}`;
}

// boxes: [{key, layer, label, sub, href, kind, chosen, full}], lines: [[from, to]] from left to right.
// Returns the picture, fitted to `room` pixels, and how many layers found no room in it.
function drawing(boxes, lines, title, room) {
  const all = [...new Set(boxes.map((box) => box.layer))].sort((a, b) => a - b);
  const middle = boxes.find((box) => box.chosen).layer;
  const most = Math.max(2, Math.floor((room + BOX.across) / (BOX.least + BOX.across)));
  const order = all.slice().sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b).slice(0, most).sort((a, b) => a - b);
  const layers = new Map(order.map((layer) => [layer, boxes.filter((box) => box.layer === layer)]));
  arrange(order, layers, lines);
  const shown = new Map();
  for (const layer of order) {
    const group = layers.get(layer);
    const rest = group.length > BOX.rows ? group.splice(BOX.rows - 1) : [];
    const more = { key: `more ${layer}`, layer, label: `${rest.length} more`, sub: "listed below", kind: "more", full: rest.map((box) => box.full).join(", ") };
    if (rest.length) group.push(more);
    for (const box of group) shown.set(box.key, box);
    for (const box of rest) shown.set(box.key, more);
  }
  const width = Math.min(BOX.most, Math.floor((room - 6 + BOX.across) / order.length) - BOX.across);
  const height = Math.max(...order.map((layer) => layers.get(layer).length)) * (BOX.height + BOX.down) - BOX.down + 6;
  order.forEach((layer, column) => layers.get(layer).forEach((box, at, group) => {
    const top = (height - group.length * (BOX.height + BOX.down) + BOX.down) / 2;
    Object.assign(box, { x: 3 + column * (width + BOX.across), y: top + at * (BOX.height + BOX.down), width });
  }));
  const size = [order.length * (width + BOX.across) - BOX.across + 6, height];
  const picture = svg("svg", { width: size[0], height: size[1], viewBox: `0 0 ${size[0]} ${size[1]}`, role: "group", "aria-label": title });
  const ways = new Set(lines.filter(([from, to]) => shown.has(from) && shown.has(to)).map(([from, to]) => curve(shown.get(from), shown.get(to))));
  for (const d of ways) picture.append(svg("path", { d }));
  for (const box of order.flatMap((layer) => layers.get(layer))) picture.append(drawn(box));
  return { picture, left: all.length - order.length };
}

// Order the boxes of each layer by the middle of their neighbours, so that fewer lines cross.
function arrange(order, layers, lines) {
  const place = new Map();
  const note = (layer) => layers.get(layer).forEach((box, at, group) => place.set(box.key, (at + 0.5) / group.length));
  order.forEach(note);
  for (const layer of [...order.slice().reverse(), ...order]) {
    const middle = (box) => {
      const near = lines.filter((line) => line.includes(box.key)).flat().filter((key) => key !== box.key && place.has(key));
      return near.length ? near.reduce((sum, key) => sum + place.get(key), 0) / near.length : 0.5;
    };
    const wanted = new Map(layers.get(layer).map((box) => [box, middle(box)]));
    layers.get(layer).sort((a, b) => wanted.get(a) - wanted.get(b) || (a.key < b.key ? -1 : 1));
    note(layer);
  }
}

function curve(one, other) {
  const [x1, y1, x2, y2] = [one.x + one.width, one.y + BOX.height / 2, other.x, other.y + BOX.height / 2];
  const bend = Math.max(10, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function drawn(box) {
  const letters = (wide) => Math.floor((box.width - 14) / wide);
  const parts = [
    svg("title", {}, box.full),
    svg("rect", { x: box.x, y: box.y, width: box.width, height: BOX.height, rx: 4 }),
    svg("text", { x: box.x + 7, y: box.y + 15 }, shortened(box.label.replace(/\.parquet$/, ""), letters(6.2))),
    svg("text", { class: "sub", x: box.x + 7, y: box.y + 28 }, shortened(box.sub, letters(5.3))),
  ];
  const about = { class: `${box.kind}${box.chosen ? " chosen" : ""}`, "aria-label": `${box.full}, ${box.sub}` };
  return box.href ? svg("a", { ...about, href: box.href }, ...parts) : svg("g", { ...about, role: "img" }, ...parts);
}
