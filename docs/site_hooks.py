"""What the site adds to the folder docs: pages from elsewhere in the repository, and links that lead to them.

On a code host a page links to files where they are, such as `../GLOSSARY.md`. On the site all pages are in one folder.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
# Where a page is in the repository, and where on the site.
ELSEWHERE = {
    **{name: name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md", "SECURITY.md")},
    "transforms/statistics/README.md": "statistics/index.md",
}
IN_REPOSITORY = {on_site: in_repository for in_repository, on_site in ELSEWHERE.items()}
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere."""
    for in_repository, on_site in ELSEWHERE.items():
        files.append(File.generated(config, on_site, content=(ROOT / in_repository).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Point links at the site's own pages; code stays as it is."""
    parts = FENCE.split(markdown)
    return "".join(part if part.startswith("```") else with_links(part, page.file.src_uri, files) for part in parts)


def on_post_build(config: MkDocsConfig) -> None:
    """Leave out what the theme brings for searches in other languages, under licences of its own."""
    shutil.rmtree(Path(config.site_dir) / "assets" / "javascripts" / "lunr", ignore_errors=True)


def with_links(text: str, source: str, files: Files) -> str:
    """Replace each link to a page by its place on the site.

    A link to a file that the site does not show, such as source code, keeps its words alone. A link to nothing is left as it is,
    so that the strict build refuses it.
    """
    here = PurePosixPath(IN_REPOSITORY.get(source, f"docs/{source}")).parent

    def replaced(found: re.Match[str]) -> str:
        image, words, link, anchor = found.groups(default="")
        in_repository = normpath((here / link).as_posix())
        on_site = ELSEWHERE.get(in_repository, in_repository.removeprefix("docs/"))
        if files.get_file_from_path(on_site) is not None:
            return f"{image}[{words}]({relpath(on_site, PurePosixPath(source).parent)}{anchor})"
        return words if (ROOT / in_repository).exists() else found[0]

    return LINK.sub(replaced, text)
