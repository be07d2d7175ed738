// The page as a whole: contents that follow, light and dark, regions that scroll. Without scripts
// the page reads as it stands; nothing here is needed for that.
"use strict";

const words = JSON.parse(document.getElementById("words").textContent);
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (text) => { one("#said").textContent = text; };

/** Return an element with attributes and children; texts stay texts. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

document.documentElement.classList.add("scripted");
one(".side .tools").hidden = false;

// Contents: the section being read is marked, and on a narrow screen the list closes behind a choice.
const list = one(".side details");
const narrow = matchMedia("(max-width: 68rem)");
const entries = all(".side li a").map((link) => ({ link, target: document.getElementById(link.hash.slice(1)) }))
  .filter((each) => each.target);

function arrange() { list.open = !narrow.matches; }
narrow.addEventListener("change", arrange);
arrange();
one(".side ol").addEventListener("click", () => { if (narrow.matches) list.open = false; });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && narrow.matches && list.open && list.contains(document.activeElement)) {
    list.open = false;
    one("summary", list).focus();
  }
});

let current = null;
function follow() {
  const line = innerHeight / 3;
  let read = entries[0];
  for (const each of entries) if (each.target.getBoundingClientRect().top <= line) read = each;
  if (!read || read === current) return;
  if (current) current.link.removeAttribute("aria-current");
  current = read;
  current.link.setAttribute("aria-current", "location");
  const box = one(".side ol");
  if (list.open && box.scrollHeight > box.clientHeight) {
    const top = current.link.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 60) box.scrollTop = top - box.clientHeight / 2;
  }
}
let asked = false;
addEventListener("scroll", () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; follow(); });
}, { passive: true });
follow();

// Light and dark: as the system has it, unless the reader chose.
const shade = one("#shade");
const system = matchMedia("(prefers-color-scheme: dark)");
function kept() { try { return localStorage.getItem("shade"); } catch { return null; } }
function isDark() { return (document.documentElement.dataset.shade || (system.matches ? "dark" : "light")) === "dark"; }
function show() { shade.setAttribute("aria-pressed", String(isDark())); }
if (kept()) document.documentElement.dataset.shade = kept();
system.addEventListener("change", show);
shade.addEventListener("click", () => {
  document.documentElement.dataset.shade = isDark() ? "light" : "dark";
  try { localStorage.setItem("shade", document.documentElement.dataset.shade); } catch { /* not kept */ }
  show();
});
show();

// A region that has nothing to scroll is no stop and no landmark; one that has says so.
function measure(region) {
  const over = region.scrollWidth > region.clientWidth + 1;
  region.toggleAttribute("data-over", over);
  if (over) {
    region.setAttribute("tabindex", "0");
    region.setAttribute("role", "region");
  } else {
    region.removeAttribute("tabindex");
    region.removeAttribute("role");
  }
  const before = region.previousElementSibling;
  if (before?.classList.contains("hint")) before.hidden = !over;
  else if (over) region.before(make("p", { class: "hint" }, words.scrolls));
}
const watch = new ResizeObserver((changes) => { for (const each of changes) measure(each.target.closest(".scroll")); });
for (const region of all("main .scroll")) {
  const label = region.getAttribute("aria-labelledby");
  if (!label) continue;
  measure(region);
  watch.observe(region);
}
