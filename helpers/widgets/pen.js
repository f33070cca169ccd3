// Drawing on a canvas of square cells with mouse, finger, pen or keyboard.

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * Let the reader draw on `canvas`, side × side cells whose ink (0 or 1) is kept in `pixels`.
 *
 * rows(): how many rows from the top may be drawn on; erasing(): whether ink is taken away;
 * changed(): pixels differ; moved(): the cursor does. Returns {cursor: a cell or null}.
 */
export function drawOn(canvas, side, pixels, { rows, erasing, changed, moved }) {
  const pen = { cursor: null };
  let last = null; // where the stroke under way has come to

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * side, (event.clientY - box.top) / box.height * side];
  }

  function dab(x, y, value) {
    const radius = value ? 1.0 : 1.6;
    for (let row = Math.floor(y - 2); row <= y + 2; row += 1) {
      for (let column = Math.floor(x - 2); column <= x + 2; column += 1) {
        const inside = row >= 0 && row < rows() && column >= 0 && column < side;
        const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (inside && far <= radius) pixels[row * side + column] = value;
      }
    }
  }

  function stroke([x, y]) {
    const [fromX, fromY] = last ?? [x, y];
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    for (let i = 0; i <= steps; i += 1) {
      const t = i / steps;
      dab(fromX + t * (x - fromX), fromY + t * (y - fromY), erasing() ? 0 : 1);
    }
    last = [x, y];
    changed();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pen.cursor = null;
    last = null;
    stroke(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null || !canvas.hasPointerCapture(event.pointerId)) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke(place(one));
  });
  const lift = () => { last = null; };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("blur", moved);
  canvas.addEventListener("keydown", (event) => {
    if (event.key in MOVES) {
      if (pen.cursor === null) {
        pen.cursor = Math.floor(side / 2) - 1 + 8 * side; // in the upper half, near the middle
      } else {
        const [down, along] = MOVES[event.key];
        const row = Math.floor(pen.cursor / side) + down, column = pen.cursor % side + along;
        if (row >= 0 && row < rows() && column >= 0 && column < side) pen.cursor = row * side + column;
      }
      moved();
    } else if (event.key === " " && pen.cursor !== null) {
      pixels[pen.cursor] = 1 - pixels[pen.cursor];
      changed();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // arrows and space are JupyterLab's own keys elsewhere
  });
  return pen;
}
