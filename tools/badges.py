"""Put Binder and Colab links into README and lessons: python tools/badges.py [owner/name]

The repository is the one named, or the one that the git remote `origin` points to on GitHub. Links
replace what stands on a line behind `<!-- badges -->`, so a second run with another name works.
`--clear` takes them out again.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from normalize import ROOT, read, write

MARK = "<!-- badges -->"
SETUP_REPO = re.compile(r'^REPO = ".*?"', re.MULTILINE)
BRANCH = "main"
START = "lab/tree/README.md"  # where the README's Binder badge leads


def remote_repository(root: Path = ROOT) -> str | None:
    """owner/name of the GitHub repository that `origin` points to, or None."""
    command = ["git", "remote", "get-url", "origin"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8")
    match = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", done.stdout.strip())
    return match[1] if match else None


def badges(repo: str, file: str, page: str = "") -> str:
    """The two links that open `file` of the repository `repo`, or `page` in Binder, there."""
    binder = f"https://mybinder.org/v2/gh/{repo}/{BRANCH}?urlpath={page or f'lab/tree/{file}'}"
    colab = f"https://colab.research.google.com/github/{repo}/blob/{BRANCH}/{file}"
    return (
        f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder}) "
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"
    )


def stamp_text(text: str, repo: str, file: str, page: str = "") -> str:
    """`text` with the links behind its first mark; with an empty `repo`, with none."""
    links = f"{MARK} {badges(repo, file, page)}" if repo else MARK
    return re.sub(rf"^{re.escape(MARK)}.*$", lambda _: links, text, count=1, flags=re.MULTILINE)


def stamp(root: Path, repo: str) -> list[str]:
    """Stamp README and every lesson under `root`; the names of the files that changed."""
    changed = []
    lessons = sorted((root / "notebooks").glob("*.ipynb"))
    readme = root / "README.md"
    if lessons and readme.exists():
        before = readme.read_text(encoding="utf-8")
        after = stamp_text(before, repo, f"notebooks/{lessons[0].name}", START)
        if after != before:
            readme.write_text(after, encoding="utf-8", newline="\n")
            changed.append(readme.name)
    address = f"https://github.com/{repo}" if repo else ""
    for path in lessons:
        notebook = read(path)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = stamp_text(cell.source, repo, f"notebooks/{path.name}")
            elif cell.id == "setup":
                cell.source = SETUP_REPO.sub(f'REPO = "{address}"', cell.source)
        if write(notebook, path):
            changed.append(path.name)
    return changed


def main(arguments: list[str]) -> int:
    if arguments == ["--clear"]:
        repo = ""
    else:
        repo = arguments[0] if arguments else remote_repository()
        if repo is None or not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
            got = f"got {repo}" if repo else "the git remote `origin` names none"
            print(f"Name the GitHub repository: make badges REPO=owner/name ({got}).")
            return 1
    changed = stamp(ROOT, repo)
    print(f"{repo or 'No links'}: {', '.join(changed) if changed else 'nothing to change'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
