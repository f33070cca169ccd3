// Formulas are typeset when they come near the screen, a few at a time, so that a phone does not
// wait for hundreds that nobody looks at yet; printing typesets all. On pages that have formulas.

const MATHJAX = new URL("../slides/assets/mathjax/startup.js", document.currentScript.src).href;
const AT_A_TIME = 8;

window.MathJax = {
  loader: { load: ["core", "input/tex", "output/chtml", "a11y/assistive-mml"] },
  startup: { typeset: false },
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  chtml: { adaptiveCSS: false },
};

let loading = null;
const waiting = new Set(); // formulas that are not typeset
const wanted = new Set(); // those of them that are near

/** A promise of MathJax, which is fetched when it is first asked for. */
function mathjax() {
  loading ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = MATHJAX;
    script.onload = () => window.MathJax.startup.promise.then(done, fail);
    script.onerror = fail;
    document.head.append(script);
  });
  return loading;
}

/** Typeset what is wanted, and what comes to be wanted meanwhile. */
async function typeset() {
  await mathjax();
  while (wanted.size) {
    const some = [...wanted].slice(0, AT_A_TIME);
    some.forEach((formula) => { wanted.delete(formula); waiting.delete(formula); });
    await window.MathJax.typesetPromise(some);
    await new Promise((next) => setTimeout(next));
  }
  document.documentElement.toggleAttribute("data-typeset", !waiting.size);
  document.dispatchEvent(new Event("typeset"));
}

let turn = Promise.resolve();
function want(formulas) {
  const idle = !wanted.size;
  formulas.forEach((formula) => waiting.has(formula) && wanted.add(formula));
  if (wanted.size && idle) turn = turn.then(typeset);
}

document.addEventListener("DOMContentLoaded", () => {
  const near = new IntersectionObserver((entries) => {
    const come = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
    come.forEach((formula) => near.unobserve(formula));
    want(come);
  }, { rootMargin: "1000px 0px" });
  for (const formula of document.querySelectorAll(".math.notranslate")) {
    waiting.add(formula);
    near.observe(formula);
  }
});
window.addEventListener("load", () => setTimeout(mathjax, 6000)); // for paper, once the page has settled
window.addEventListener("beforeprint", () => {
  if (!window.MathJax.typeset) return want(waiting);
  window.MathJax.typeset([...waiting]); // paper does not wait
  waiting.clear();
  document.documentElement.toggleAttribute("data-typeset", true);
});
