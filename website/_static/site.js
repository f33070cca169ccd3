// What every page does: open what an address points into, unfold for print, and
// let boxes that scroll be scrolled by keyboard.

const CLOSED = "details:not([open])";

/** Open every fold that holds the element which the address names, and go there. */
function reveal() {
  const name = decodeURIComponent(location.hash.slice(1));
  const goal = name && document.getElementById(name);
  if (!goal) return;
  const section = goal.closest("section"); // its other names stand in it, before the fold
  const named = goal === section || goal.parentElement === section;
  const inside = named && section.querySelector(":scope > details.deeper");
  if (inside) inside.open = true;
  for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  goal.scrollIntoView();
}

/** Put a formula that is wider than the text it stands in into a box that scrolls. */
function box() {
  for (const formula of document.querySelectorAll(".content span.math.notranslate")) {
    formula.classList.remove("boxed");
    const set = formula.querySelector(".MathJax");
    const around = formula.parentElement.closest("p, li, td, th, dd, dt, h1, h2, h3, summary, label, div");
    if (!set || !around.clientWidth) continue;
    const room = around.getBoundingClientRect().right;
    if (set.getBoundingClientRect().right > room + 1) formula.classList.add("boxed");
  }
}

/** Boxes that scroll sideways can be reached with Tab. */
function scrollable() {
  box();
  const boxes = "pre, .math.notranslate, .table-wrapper, div.output, p:has(> img:only-child)";
  for (const box of document.querySelectorAll(`.content :is(${boxes})`)) {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls && !box.hasAttribute("tabindex")) box.setAttribute("tabindex", "0");
    if (!scrolls && box.getAttribute("tabindex") === "0") box.removeAttribute("tabindex");
  }
}

let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(CLOSED)];
  opened.forEach((fold) => (fold.open = true));
});
window.addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
window.addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href*='#']");
  if (link && link.hash === location.hash && link.pathname === location.pathname) reveal();
});
document.addEventListener("toggle", scrollable, true);
window.addEventListener("resize", scrollable);
window.addEventListener("load", scrollable);
document.addEventListener("typeset", scrollable);
document.addEventListener("DOMContentLoaded", () => {
  scrollable();
  reveal();
});
