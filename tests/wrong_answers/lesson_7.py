"""Answers to lesson 7's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


GAP = "check_gap(gap)"
CHANGE = """
def gap(log_prob, x):
    alone = np.concatenate([log_prob(row[None]) for row in x])
    change = log_prob(x) - alone
    return """
MISPLACED = "check_misplaced(misplaced_any)"
OFTEN = """
def misplaced_any(drawn, p):
    powers = 2 ** np.arange(drawn.shape[1])[::-1]
    often = np.bincount((drawn @ powers).astype(int), minlength=len(p)) / len(drawn)
    return """
SEEN = "check_seen(seen)"
EXAM = "check_exam(exam, diagnoses)"
THREE = "exam = exercises.draw_exam(3)\ndiagnoses = "  # what they have, see `test_faults.py`

WRONG = {
    "exercise-7-gap": ending(
        GAP,
        CHANGE + "change.max()",
        CHANGE + "-change.min()",
        CHANGE + "np.abs(change).mean()",
        CHANGE + "np.abs(change).sum()",
        CHANGE + "np.abs(change)[0]",
        CHANGE + "abs(change.mean())",
        CHANGE + "np.abs(change)",
        CHANGE + "np.sort(np.abs(change))[-2]",
        "gap = lambda log_prob, x: max(abs(log_prob(row) - log_prob(x)[0]) for row in x)",
        "gap = lambda log_prob, x: np.abs(np.append(log_prob(x[:26]), log_prob(x[26:]))"
        " - log_prob(x)).max()",
    ),
    "exercise-7-misplaced": ending(
        MISPLACED,
        OFTEN + "np.abs(often - p).sum()",
        OFTEN.replace("[::-1]", "") + "np.abs(often - p).sum() / 2",
        OFTEN + "np.abs(often - p)[often > 0].sum() / 2",
        OFTEN + "np.abs(often - p).sum() / 2 * len(drawn)",
        OFTEN + "np.abs(often - p).max()",
        OFTEN + "(often - p).sum() / 2",
        OFTEN.replace("len(p)", "1") + "np.abs(often - p[: len(often)]).sum() / 2",
        OFTEN + "((often - p) ** 2).sum()",
        OFTEN + "often - p",
    ),
    "exercise-7-seen": ending(
        SEEN,
        "seen = lambda train, test: sum((row == test).all(axis=1).sum() for row in train)",
        "seen = lambda train, test: len({tuple(r) for r in train} & {tuple(r) for r in test})",
        "seen = lambda train, test: sum(tuple(r) in set(map(tuple, test)) for r in train)",
        "seen = lambda train, test: (train[:8] == test[: len(train)][:8]).all(axis=1).sum()",
        "seen = lambda train, test: np.mean([(train == r).all(axis=1).any() for r in test])",
        "seen = lambda train, test: sum(row in train for row in test)",
        "seen = lambda train, test: len(np.intersect1d(train, test))",
        "seen = lambda train, test: [r for r in test if (train == r).all(axis=1).any()]",
    ),
    "exercise-7-exam": ending(
        EXAM,
        THREE + '{"A": "sound", "B": "sound", "C": "sound"}',
        THREE + '{"A": "≥ in the output mask", "B": "sound", "C": "sound"}',
        THREE + '{"A": "rank", "B": None, "C": None}',
        THREE + '["sound", "sound", "sound"]',
        THREE + '{"A": "sound"}',
        'diagnoses = {"A": "sound"}\nexam = 3',
    ),
}

RIGHT = {
    "exercise-7-gap": ending(
        GAP,
        CHANGE + "max(-change.min(), change.max())",
        """
def gap(log_prob, x):
    worst, together = 0, log_prob(x)
    for i in range(len(x)):
        worst = max(worst, abs(float(log_prob(x[i : i + 1])[0] - together[i])))
    return worst
""",
        CHANGE + "np.linalg.norm(change, np.inf)[None]",
    ),
    "exercise-7-misplaced": ending(
        MISPLACED,
        OFTEN + "np.maximum(often - p, 0).sum()",
        OFTEN + "1 - np.minimum(often, p).sum()",
        """
def misplaced_any(drawn, p):
    from itertools import product

    states = list(product((0, 1), repeat=drawn.shape[1]))
    often = [(drawn == state).all(axis=1).mean() for state in states]
    return sum(abs(f - q) for f, q in zip(often, p)) / 2
""",
    ),
    "exercise-7-seen": ending(
        SEEN,
        "seen = lambda train, test: (train[:, None] == test).all(axis=2).any(axis=0).sum()",
        """
def seen(train, test):
    known = {row.tobytes() for row in train}
    return float(len([row for row in test if row.tobytes() in known]))
""",
    ),
    "exercise-7-exam": ending(
        EXAM,
        THREE + 'dict(zip("CBA", [list(faults.FAULTS)[k] for k in (2, 12, 9)]))',
        THREE
        + """{}
for letter, patient in exam.items():
    for fault in faults.FAULTS:
        if faults.row(fault) == tuple(f.red for f in faults.examine(patient).values()):
            diagnoses[letter] = fault
""",
    ),
}

SAME_HINT = {
    "exercise-7-exam": [(4, 5)],  # no name for each of three
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-7-gap": [
        "A change downwards counts as well: drop the sign.",
        "A change upwards counts as well: drop the sign.",
        "That is the mean. One row is enough to convict: take the",
        "That adds the changes up: take the largest.",
        "That is one row's change. Ask all of them.",
        "That is a change of the mean: compare row by row.",
        "`gap` must be one number; yours is an array of shape (53,).",
        "One row changes by 2 nats and no row by more; yours is 1.3.",
        "`gap` stops: a whole array stands where one yes or no is",
        "One row changes by 0.7 nats and no row by more; yours is 0.",
    ],
    "exercise-7-misplaced": [
        "Each draw that moves leaves one state and joins another:",
        "The first column is the highest bit: yours reads rows from",
        "States that were never drawn have a p as well.",
        "That is a number of draws: give a share of them.",
        "That is the largest difference alone: add them all up.",
        "Differences of both signs add to 0: drop the signs first.",
        "With 3 bits and 1000 draws, 0.520 are misplaced, not",
        "With 3 bits and 1000 draws, 0.520 are misplaced, not",
        "`misplaced_any` must be one number; yours is an array of",
    ],
    "exercise-7-seen": [
        "Each test row counts once, however often it was trained on.",
        "Those are different patterns: a test row that comes twice",
        "Those are training rows: count rows of the test set.",
        "A row may lie anywhere in the other set; you compare",
        "That is a share: give the number of rows.",
        "A single equal pixel makes no equal row.",
        "5 of these 11 test rows were trained on; yours says 2.",
        "`seen` must be one number; yours is a list of 5.",
    ],
    "exercise-7-exam": [
        "Patient A: Σp is red, and “sound” leaves it green.",
        "Patient A: “≥ in the output mask” turns paths red, and it",
        "Patient A: 'rank' is no row of the matrix.",
        "`diagnoses` must hold one name for each of A, B, C.",
        "`diagnoses` must hold one name for each of A, B, C.",
        "The first argument must be what `exercises.draw_exam()`",
    ],
}
