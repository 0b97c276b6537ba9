#!/usr/bin/env python3
"""mdBook preprocessor: links to files outside of the book become plain text, since a rendered book does not have these files."""

import json
import re
import sys
from pathlib import PurePosixPath

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?://|#|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def without_outside_links(text, folder, pages):
    def replace(link):
        target = PurePosixPath(folder, link[2])
        parts = []
        for part in target.parts:
            if part == ".." and parts and parts[-1] != "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return link[0] if "/".join(parts) in pages else link[1]

    return LINK.sub(replace, text)


def chapters(items):
    for item in items:
        if isinstance(item, dict) and (chapter := item.get("Chapter")) and chapter["path"]:
            yield chapter
        if isinstance(item, dict) and (chapter := item.get("Chapter")):
            yield from chapters(chapter["sub_items"])


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "supports":
        return
    _, book = json.load(sys.stdin)
    items = book.get("items") or book["sections"]
    pages = {chapter["path"] for chapter in chapters(items)}
    for chapter in chapters(items):
        chapter["content"] = without_outside_links(chapter["content"], PurePosixPath(chapter["path"]).parent, pages)
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
