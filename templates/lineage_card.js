// The card of a number: a page of its own with its cell, digests and jobs, to be sent by mail.

const CARD_STYLE = "html{font:16px/1.5 system-ui,sans-serif;color:#1c2329}main{max-width:52rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:2rem;margin:0}h2{font-size:1.05rem;color:#1d5b6f}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0;border-bottom:1px solid #dfe3e6;overflow-wrap:anywhere}code{font-size:.82rem;overflow-wrap:anywhere}";
const CARD_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => ESCAPED[sign]);

function cardTable(headings, rows) {
  const row = (tag, texts) => `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row("th", headings)}</thead>\n<tbody>${rows.map((texts) => row("td", texts)).join("\n")}</tbody></table>`;
}

// Nothing of it depends on when or where it is made. Lines of raw records are known to the command alone.
function cardOf(number) {
  const nodes = walk(number.file, false);
  const reports = ["report.pdf", "supplement.pdf"].map((name) => fileNamed.get(`results/report/${name}`));
  const raw = nodes.filter((node) => !node.job).flatMap((node) => [...node.files]);
  const digests = [number.file, ...reports, ...raw].filter(Boolean);
  const made = nodes.filter((node) => node.job).map(({ job, files: [file] }) => {
    const counts = rowsOf(job, file);
    return [job.id, counts ? `${figure(counts.read)} in, ${figure(counts.used)} used` : "", job.sha256];
  });
  const facts = [["Printed", number.printed], ["Value", number.value || number.printed], ["Cell", `${number.file.name}#${number.row}/${number.column}`], ["Id", number.id], ["Takes", number.takes.join(", ")]];
  const body = [
    `<h1>${escaped(number.printed)}</h1>`,
    "<p>What this number is, and what it rests on. No value of a participant is here.</p>",
    cardTable(["What", "Which"], facts),
    "<h2>Digests (SHA-256), as sealed</h2>", cardTable(["File", "Digest"], digests.map((file) => [file.name, file.sha256])),
    "<h2>Made by</h2>", cardTable(["Job", "Rows", "Digest of its result"], made),
    `<h2>To check it</h2><p>Open <code>results/index.html</code> of the folder and give it the folder. <code>trialtrail trace ${escaped(number.id)}</code> names the lines of the raw records, too.</p>`,
  ];
  return `<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${CARD_POLICY}">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escaped(number.printed)}: what it rests on</title>\n<style>${CARD_STYLE}</style>\n</head>\n<body><main>\n${body.join("\n")}\n</main></body>\n</html>\n`;
}

function cardButton(number) {
  if (!number.file || !trail.cards.includes(numbers.indexOf(number))) return null;
  const button = make("button", { type: "button", class: "card" }, "Save as a card to send");
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([cardOf(number)], { type: "text/html" }));
    make("a", { href: address, download: `${number.id.replace(/[^\w.-]+/g, "_")}.html` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  return make("p", {}, button);
}
