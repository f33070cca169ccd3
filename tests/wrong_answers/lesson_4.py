"""Plausible wrong answers to lesson 4's exercises: each must leave its checker red."""

SCORES = "scores = np.array([81.3, 36.9, 120.4, 75.0])\n"

WRONG = {
    "exercise-4-file-size": [
        SCORES + f"lesson_4.check_file_size({answer}, scores)"
        for answer in (
            "int(np.ceil(scores.sum() / 8))",  # nats taken for bits
            "int(np.ceil(scores.sum() / np.log(2)))",  # bits
            "int(np.ceil(scores.mean() / np.log(2) / 8))",  # one digit
            "scores.sum() / np.log(2) / 8",  # no whole bytes
            "int(scores.sum() / np.log(2) / 8)",  # rounded down
            "int(np.ceil(scores.sum() * np.log(2) / 8))",
            "int(np.ceil(scores / np.log(2) / 8).sum())",  # four files
        )
    ],
    "exercise-4-expected-nll": [
        """def expected_nll(std):
    return 784 * (np.log(2) + std**2 / 8)

lesson_4.check_expected_nll(expected_nll)""",
        """def expected_nll(std):
    return 784 * np.log(2)

lesson_4.check_expected_nll(expected_nll)""",
        """def expected_nll(std):
    logits = std * np.random.default_rng(0).normal(size=1_000_000)
    return np.logaddexp(0, logits).mean()

lesson_4.check_expected_nll(expected_nll)""",
        """def expected_nll(std):
    logits = std**2 * np.random.default_rng(0).normal(size=1_000_000)
    return 784 * np.logaddexp(0, logits).mean()

lesson_4.check_expected_nll(expected_nll)""",
    ],
    "exercise-4-paired": [
        f"""def paired(a, b):
    return {answer}

lesson_4.check_paired(paired)"""
        for answer in (
            "b.mean() - a.mean(), (a - b).std() / np.sqrt(len(a))",
            "a.mean() - b.mean(), np.sqrt(a.var() / len(a) + b.var() / len(b))",
            "(a - b).mean(), (a - b).std()",
            "(a - b).mean(), (a - b).var() / len(a)",
            "(a - b).sum(), (a - b).std() / np.sqrt(len(a))",
        )
    ],
    "exercise-4-early-stopping": [
        """def stop(valid, patience):
    best = int(np.argmin(valid))
    return min(best + patience + 1, len(valid)), best + 1

lesson_4.check_early_stopping(stop)""",
        """def stop(valid, patience):
    best = 0
    for epoch, score in enumerate(valid):
        if score <= valid[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(valid), best + 1

lesson_4.check_early_stopping(stop)""",
        """def stop(valid, patience):
    best = 0
    for epoch, score in enumerate(valid):
        if score < valid[best]:
            best = epoch
        if epoch - best > patience:
            return epoch + 1, best + 1
    return len(valid), best + 1

lesson_4.check_early_stopping(stop)""",
        """def stop(valid, patience):
    best = 0
    for epoch, score in enumerate(valid):
        if score < valid[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(valid) - 1, best

lesson_4.check_early_stopping(stop)""",
    ],
    "exercise-4-leaks": [
        """def find_leaks(degrees, layers):
    paths = np.eye(len(degrees[0]))
    for mask in layers:
        paths = paths @ mask
    return int((np.diag(paths) > 0).sum())  # looks at the diagonal only

lesson_4.check_leaks(find_leaks, lesson_4.suspects())""",
        """def find_leaks(degrees, layers):
    paths = np.eye(len(degrees[0]))
    for mask in layers:
        paths = paths @ mask
    return int((np.tril(paths) > 0).sum())  # takes the natural order for granted

lesson_4.check_leaks(find_leaks, lesson_4.suspects())""",
        """def find_leaks(degrees, layers):
    paths = np.eye(len(degrees[0]))
    for mask in layers:
        paths = paths @ mask
    order = np.argsort(degrees[0])
    forbidden = order[:, None] >= order[None, :]  # order where the rank belongs
    return int(((paths > 0) & forbidden).sum())

lesson_4.check_leaks(find_leaks, lesson_4.suspects())""",
        """def find_leaks(degrees, layers):
    paths = np.eye(len(degrees[0]))
    for mask in layers:
        paths = paths @ mask
    forbidden = degrees[0][:, None] >= degrees[0][None, :]
    return int((paths * forbidden).sum())  # paths, not pairs

lesson_4.check_leaks(find_leaks, lesson_4.suspects())""",
        """def find_leaks(degrees, layers):
    allowed = degrees[0][None, :] > degrees[-1][:, None]
    return int((layers[-1] & ~allowed).sum())  # the output mask alone

lesson_4.check_leaks(find_leaks, lesson_4.suspects())""",
    ],
}
