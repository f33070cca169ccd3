// Lesson 7: choose a patient and a look, and see what the look finds.
//
// It is given `findings`, the bytes of data/clinic.json or its address (tools/clinic.py writes it),
// and the names of a `patient` and a `look`.

import { html, svg } from "./page.js";
import { BLUE, GREY, INK, VERMILION, afterReading, choice, frame } from "./parts.js";

const FILE_BYTES = 2 ** 20;
const SQUARES = ["#23313D", "#DCEBF5", VERMILION, "#23313D"]; // the last: allowed, and missing
const SIDE = 46, LEFT = 58, TOP = 6;

function read(given) {
  try {
    const { patients, units } = JSON.parse(new TextDecoder().decode(given));
    if (Object.keys(patients).length && units) return { patients, units };
  } catch { /* said below */ }
  throw new Error("findings must be the file that tools/clinic.py writes.");
}

/** Who depends on whom: inputs in rows, outputs in columns, both in visiting order. */
function squares({ codes, order }) {
  const n = order.length, end = TOP + n * SIDE, at = (i) => (i + 0.5) * SIDE;
  const text = (x, y, words) => svg("text", { x, y, "text-anchor": "middle" }, words);
  return svg("svg", { viewBox: `0 0 ${LEFT + n * SIDE + 6} ${end + 44}`, role: "img",
    "aria-label": "who depends on whom" },
  ...codes.flatMap((row, i) => row.flatMap((code, j) => [
    svg("rect", { x: LEFT + j * SIDE, y: TOP + i * SIDE, width: SIDE, height: SIDE,
      fill: SQUARES[code], stroke: "#52616E", "data-square": `${i}-${j}-${code}` }),
    ...(code === 3 ? [svg("circle", { cx: LEFT + at(j), cy: TOP + at(i), r: 7, fill: "#E69F00" })] : []),
  ])),
  ...order.flatMap((name, i) => [text(LEFT + at(i), end + 18, name), text(LEFT - 14, TOP + at(i) + 5, name)]),
  text(LEFT + (n * SIDE) / 2, end + 38, "output"),
  svg("text", { transform: `translate(14 ${TOP + (n * SIDE) / 2}) rotate(-90)`, "text-anchor": "middle" }, "input"));
}

/** What was found beside what it should be, as bars. */
function bars({ numbers, red }, unit) {
  const top = 1.2 * Math.max(...numbers, 1e-9), wide = 260;
  return svg("svg", { viewBox: "0 0 360 120", role: "img", "aria-label": unit },
    ...numbers.flatMap((value, k) => [
      svg("text", { x: 72, y: 30 + 40 * k, "text-anchor": "end" }, ["found", "should be"][k]),
      svg("rect", { x: 80, y: 10 + 40 * k, width: (wide * value) / top, height: 30,
        fill: [red ? VERMILION : BLUE, GREY][k], "data-number": value }),
      svg("text", { x: 86 + (wide * value) / top, y: 30 + 40 * k }, String(Number(value.toPrecision(4)))),
    ]),
    svg("path", { d: "M80 4V92H340", fill: "none", stroke: INK }),
    svg("text", { x: 80 + wide / 2, y: 112, "text-anchor": "middle" }, unit));
}

function begin(model, el, { patients, units }) {
  const place = html("figure", { style: "--wide: 260px; --most: 360px" });
  const said = html("p", { role: "status" });
  function show() {
    const look = model.get("look"), found = patients[model.get("patient")][look];
    place.replaceChildren(found.codes ? squares(found) : bars(found, units[look]));
    said.textContent = `${look}: ${found.red ? "red" : "green"}. ${found.words}`;
  }
  const names = Object.keys(patients);
  frame(el, [choice(model, "patient", "patient", names, show),
    choice(model, "look", "look", Object.keys(patients[names[0]]), show)], [place], said);
  show();
}

const render = ({ model, el }) => afterReading(model, el, "findings", FILE_BYTES, read, begin);

export default { render };
