// Explorers on a page: each `<div class="explorer">` gets the module that a notebook's widget runs,
// with a model that holds its state here, when it comes near the screen.

/** What a widget asks of its model in a notebook, over a plain object. */
export class Model {
  constructor(state) {
    this.state = { ...state };
    this.heard = new Map();
    this.changed = new Set();
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    this.changed.add(name);
    this.tell(`change:${name}`, value);
  }

  on(event, callback) {
    for (const name of event.split(/\s+/)) {
      if (!this.heard.has(name)) this.heard.set(name, new Set());
      this.heard.get(name).add(callback);
    }
  }

  off(event, callback) {
    if (!event) this.heard.clear();
    else if (!callback) this.heard.delete(event);
    else this.heard.get(event)?.delete(callback);
  }

  save_changes() {
    if (this.changed.size) this.tell("change");
    this.changed.clear();
  }

  tell(event, value) {
    for (const callback of [...(this.heard.get(event) ?? [])]) callback(value);
  }
}

/** A state as it is written on the page; `{file: name}` becomes that file's address. */
export function stateOf(text, base) {
  const file = (value) => new URL(`explorers/${value.file}`, base).href;
  return Object.fromEntries(
    Object.entries(JSON.parse(text)).map(([key, value]) => [key, value?.file ? file(value) : value]),
  );
}

export async function mount(place) {
  const module = await import(new URL(`widgets/${place.dataset.explorer}.js`, import.meta.url));
  const state = stateOf(place.dataset.state || "{}", import.meta.url);
  const el = document.createElement("div");
  place.replaceChildren(el);
  await module.default.render({ model: new Model(state), el });
  place.dataset.mounted = "true";
}

if (typeof document !== "undefined") {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        mount(target).catch((error) => {
          target.textContent = "This explorer could not start; the figure near it shows the same.";
          console.error(error);
        });
      }
    },
    { rootMargin: "600px" },
  );
  document.querySelectorAll(".explorer[data-explorer]").forEach((place) => near.observe(place));
}
