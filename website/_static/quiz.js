// Quizzes that answer. A page of questions reads well as it is: a list of answers, and under it, in
// a fold, what each is worth. This makes of each list a set of buttons that say it at once.

function quiz(article) {
  const questions = [];
  for (const section of article.querySelectorAll("section section")) {
    const list = section.querySelector(":scope > ul");
    const fold = section.querySelector(":scope > details");
    const worth = fold ? [...fold.querySelectorAll("li")] : [];
    if (!list || worth.length !== list.children.length) continue;
    questions.push(question(section, list, fold, worth, questions.length));
  }
  if (!questions.length) return;
  const score = document.createElement("p");
  score.className = "quiz-score";
  score.setAttribute("role", "status");
  const tell = () => {
    const done = questions.filter((one) => one.first !== null);
    const right = done.filter((one) => one.first).length;
    score.textContent = done.length
      ? `${right} of ${done.length} answered right at the first try; ${questions.length} questions`
      : `${questions.length} questions: choose an answer, and read what it is worth`;
  };
  questions.forEach((one) => (one.changed = tell));
  article.append(score);
  tell();
}

function question(section, list, fold, worth, number) {
  const heading = section.querySelector("h2");
  heading.id ||= `question-${number + 1}`;
  const set = document.createElement("fieldset");
  set.className = "quiz-answers";
  set.setAttribute("aria-labelledby", heading.id);
  const said = document.createElement("div");
  said.className = "quiz-said";
  said.setAttribute("role", "status");
  const one = { first: null, changed: () => {} };
  [...list.children].forEach((item, at) => {
    const label = document.createElement("label");
    const button = document.createElement("input");
    button.type = "radio";
    button.name = `question-${number + 1}`;
    const words = document.createElement("span");
    words.append(...item.childNodes);
    label.append(button, words);
    set.append(label);
    const right = worth[at].querySelector("em")?.textContent === "right";
    button.addEventListener("change", () => {
      if (one.first === null) one.first = right;
      const copy = worth[at].cloneNode(true);
      said.replaceChildren(...copy.childNodes);
      said.classList.toggle("right", right);
      one.changed();
    });
  });
  list.replaceWith(set);
  set.after(said);
  fold.remove();
  return one;
}

if (location.pathname.includes("/teaching/quiz/")) {
  document.querySelectorAll("article").forEach(quiz);
}
